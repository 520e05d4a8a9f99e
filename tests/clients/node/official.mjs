/** Meta's own SDK, whatsapp 0.0.5-Alpha: told the host by its settings; it speaks only HTTPS, so a front stands before Clarine. */
import { introduced, Refused, serve } from "./speaking.mjs";

const acting = await introduced();
const front = new URL(acting.base);
Object.assign(process.env, {
    NODE_ENV: "production",
    WA_BASE_URL: front.hostname,
    WA_PHONE_NUMBER_ID: acting.phone_number_id,
    WA_BUSINESS_ACCOUNT_ID: acting.waba,
    M4D_APP_ID: acting.app_id,
    M4D_APP_SECRET: acting.app_secret,
    CLOUD_API_ACCESS_TOKEN: acting.token,
    CLOUD_API_VERSION: "v16.0",
});
const found = await import("whatsapp");
const WhatsApp = found.default.default ?? found.default;

/** A client of *token*; the SDK fixes port 443, so the front's is set on it. */
function client(token) {
    process.env.CLOUD_API_ACCESS_TOKEN = token;
    const made = new WhatsApp(Number(acting.phone_number_id));
    made.requester.port = Number(front.port);
    return made;
}

const { messages, twoStepVerification } = client(acting.token);
const to = Number(acting.to);

async function answered(call) {
    const response = await call;
    const body = await response.responseBodyToJSON();
    if (response.statusCode() !== 200) throw new Refused(body.error.code, `HTTP ${response.statusCode()}`);
    return body;
}
const id = async (call) => (await answered(call)).messages[0].id;

const reply = { type: "reply", reply: { id: "yes", title: "Yes" } };
const rows = [{ id: "row-1", title: "One litre", description: "fresh" }];
const language = { policy: "deterministic", code: "en_US" };
const components = [
    { type: "body", parameters: [{ type: "text", text: "Zoë" }, { type: "text", text: "A-17" }] },
    { type: "button", sub_type: "quick_reply", index: 0, parameters: [{ type: "payload", payload: "coming" }] },
];

await serve({
    text: (given) => id(messages.text({ body: given.text, preview_url: false }, to)),
    preview: () => id(messages.text({ body: "See https://farm.example/", preview_url: true }, to)),
    image_link: () => id(messages.image({ link: acting.link, caption: "From a link" }, to)),
    image: (given) => id(messages.image({ id: given.image, caption: "A cow" }, to)),
    video: (given) => id(messages.video({ id: given.video, caption: "A film" }, to)),
    audio: (given) => id(messages.audio({ id: given.audio }, to)),
    document: (given) => id(messages.document({ id: given.document, caption: "A paper", filename: "paper.pdf" }, to)),
    sticker: (given) => id(messages.sticker({ id: given.sticker }, to)),
    location: () => id(messages.location({ latitude: 1.5, longitude: 2.5, name: "Barn", address: "Lane 1" }, to)),
    contacts: () => id(messages.contacts(
        [{ name: { formatted_name: "Ann Vet", first_name: "Ann" }, phones: [{ phone: "+16505550100", type: "WORK" }] }], to)),
    reply: (given) => id(messages.text({ body: "An answer" }, to, given.message_id)),
    buttons: () => id(messages.interactive(
        { type: "button", body: { text: "Fresh milk?" }, footer: { text: "Farm" }, action: { buttons: [reply] } }, to)),
    list: () => id(messages.interactive(
        { type: "list", header: { type: "text", text: "Milk" }, body: { text: "How much?" }, footer: { text: "Farm" },
          action: { button: "Choose", sections: [{ title: "Sizes", rows }] } }, to)),
    product: (given) => id(messages.interactive(
        { type: "product", body: { text: "Milk" }, action: { catalog_id: given.catalog_id, product_retailer_id: "milk-1" } }, to)),
    template: () => id(messages.template({ name: "hello_world", language }, to)),
    template_filled: () => id(messages.template({ name: "order_ready", language, components }, to)),
    read: async (given) => (await answered(messages.status({ status: "read", message_id: given.message_id }))).success,
    pin: async () => (await answered(twoStepVerification.setPin(123456))).success,
    error_template: () => id(messages.template({ name: "nothing", language }, to)),
    error_recipient: () => id(messages.text({ body: "x" }, 12)),
    error_link: () => id(messages.image({ link: `${acting.link}.gone` }, to)),
    error_token: () => id(client("EAAwrong").messages.text({ body: "x" }, to)),
});
