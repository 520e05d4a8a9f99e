/** An amount as people type it, in any digits of our languages and with a comma or a point. */

/** An amount as it stands in a field that can be changed: Latin digits, a point, as many decimals as the currency has or more. */
export function priceField(micros: number, currency: string): string {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return new Intl.NumberFormat("en", { useGrouping: false, minimumFractionDigits: maximumFractionDigits, maximumFractionDigits: 6 }).format(micros / 1_000_000);
}

const DIGITS = ["०१२३४५६७८९", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"];

/** As the server takes it ("1200.50"), or null when it is no amount. */
export function priceText(typed: string): string | null {
  const latin = [...typed].map((sign) => DIGITS.map((row) => row.indexOf(sign)).find((place) => place >= 0) ?? sign).join("");
  const text = latin.replace(/[\s\u00a0\u202f]/g, "").replace("٫", ".");
  // A comma before one or two last digits is the point; before three it parts thousands.
  const plain = /,\d{1,2}$/.test(text) && !text.includes(".") ? text.replace(/,(?=\d{1,2}$)/, ".").replaceAll(",", "") : text.replaceAll(",", "");
  return /^\d+(\.\d+)?$/.test(plain) ? plain : null;
}
