/** Pictures from a phone's camera are larger than any screen; made smaller before they go up, they cost the sender less. */

const LONGEST_PX = 1600;
const SMALL_BYTES = 400_000;
const QUALITY = 0.85;

/** The same picture with at most 1,600 pixels on its longer side as JPEG, or *file* itself when that is not smaller. */
export async function smaller(file: File): Promise<Blob> {
  if (file.size <= SMALL_BYTES || file.type === "image/gif" || !("createImageBitmap" in globalThis)) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const share = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * share);
    canvas.height = Math.round(bitmap.height * share);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file; // A kind of picture this browser cannot read: the house decides.
  }
}
