/** whatsapp-api-js 6.3.0: its constructor takes a fetch, and that fetch leads to Clarine. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import {
    ActionButtons, ActionCallPermission, ActionCatalog, ActionContactRequest, ActionCTA, ActionList, ActionLocation,
    ActionNavigateFlow, ActionProduct, ActionProductList, Audio, Body, BodyComponent, BodyParameter, Button, CatalogProduct, Contacts,
    Document, Footer, Header, Image, Interactive, Language, ListSection, Location, Name, PayloadComponent, Phone, Product,
    ProductSection, Reaction, Row, Sticker, Template, Text, Video,
} from "whatsapp-api-js/messages";
import { WhatsAppAPI } from "whatsapp-api-js/middleware/node-http";
import { heard, introduced, Refused, serve } from "./speaking.mjs";

const acting = await introduced();
const ORIGINAL = "https://graph.facebook.com";

const client = (token) => new WhatsAppAPI({
    token,
    appSecret: acting.app_secret,
    webhookVerifyToken: acting.verify_token,
    v: "v24.0",
    ponyfill: { fetch: (url, options) => fetch(String(url).replace(ORIGINAL, acting.base), options) },
});
const api = client(acting.token);
const phone = acting.phone_number_id;
const person = { phone: acting.to, bsuid: acting.user_id };

function checked(answer) {
    if (answer?.error) throw new Refused(answer.error.code, "the API's JSON");
    return answer;
}
const send = async (message, context, tracker, to = person) =>
    checked(await api.sendMessage(phone, to, message, context, tracker)).messages[0].id;
const ask = (action, text, header, footer) =>
    send(new Interactive(action, new Body(text), header && new Header(header), footer && new Footer(footer)));

async function upload(name, type) {
    const form = new FormData();
    form.set("file", new Blob([await readFile(`${acting.folder}/${name}`)], { type }), name);
    return checked(await api.uploadMedia(phone, form)).id;
}

async function download(id) {
    const { url } = checked(await api.retrieveMedia(id, phone));
    const bytes = Buffer.from(await (await api.fetchMedia(url)).arrayBuffer());
    return createHash("sha256").update(bytes).digest("hex");
}

const english = new Language("en_US");
const order = () => new Template("order_ready", english,
    new BodyComponent(new BodyParameter("Zoë"), new BodyParameter("A-17")), new PayloadComponent("coming"));

const steps = {
    text: (given) => send(new Text(given.text), undefined, given.tracker, { phone: acting.to }),
    text_user_id: () => send(new Text("By user id"), undefined, undefined, { bsuid: acting.user_id }),
    preview: () => send(new Text("See https://farm.example/", true)),
    nobody: () => send(new Text("Is anyone there?"), undefined, undefined, { phone: acting.nobody }),
    image: async () => send(new Image(await upload("picture.png", "image/png"), true, "A cow")),
    image_link: () => send(new Image(acting.link, false, "From a link")),
    video: async () => send(new Video(await upload("film.mp4", "video/mp4"), true, "A film")),
    audio: async () => send(new Audio(await upload("voice.ogg", "audio/ogg"), true, true)),
    document: async () => send(new Document(await upload("paper.pdf", "application/pdf"), true, "A paper", "paper.pdf")),
    sticker: async () => send(new Sticker(await upload("sticker.webp", "image/webp"), true)),
    location: () => send(new Location(2.5, 1.5, "Barn", "Lane 1")),
    contacts: () => send(new Contacts([new Name("Ann Vet", "Ann"), new Phone("+16505550100", "WORK")])),
    reaction: (given) => send(new Reaction(given.message_id, "👍")),
    reaction_back: (given) => send(new Reaction(given.message_id)),
    reply: (given) => send(new Text("An answer"), given.message_id),
    buttons: () => ask(new ActionButtons(new Button("yes", "Yes")), "Fresh milk?", undefined, "Farm"),
    buttons_image: async () => ask(
        new ActionButtons(new Button("yes", "Yes")), "This one?", new Image(await upload("picture.png", "image/png"), true)),
    list: () => ask(
        new ActionList("Choose", new ListSection("Sizes", new Row("row-1", "One litre", "fresh"))), "How much?", "Milk", "Farm"),
    cta_url: () => ask(new ActionCTA("Visit", "https://farm.example/"), "Our farm"),
    template: () => send(new Template("hello_world", english)),
    template_filled: () => send(order()),
    read: async (given) => checked(await api.markAsRead(phone, given.message_id)).success,
    typing: async (given) => checked(await api.markAsRead(phone, given.message_id, "text")).success,
    media_up: () => upload("picture.png", "image/png"),
    media_down: (given) => download(given.media_id),
    media_delete: async (given) => checked(await api.deleteMedia(given.media_id, phone)).success,
    block: async () => checked(await api.blockUser(phone, person)).block_users.added_users.length,
    unblock: async () => checked(await api.unblockUser(phone, person)).block_users.removed_users.length,
    error_template: () => send(new Template("nothing", english)),
    error_recipient: () => send(new Text("x"), undefined, undefined, { phone: "12" }),
    error_link: () => send(new Image(`${acting.link}.gone`)),
    error_token: async () => checked(await client("EAAwrong").sendMessage(phone, person, new Text("x"))),
    flow: (given) => ask(new ActionNavigateFlow("t-1", given.flow_id, "Order", "MILK"), "How much?"),
    location_request: () => ask(new ActionLocation(), "Where are you?"),
    product: (given) => ask(new ActionProduct(new CatalogProduct("milk-1", given.catalog_id)), "Milk"),
    product_list: (given) => ask(
        new ActionProductList(given.catalog_id, new ProductSection("Milk", new Product("milk-1"))), "Ours", "Milk"),
    catalog: () => ask(new ActionCatalog(new Product("milk-1")), "Ours"),
    call_permission: () => ask(new ActionCallPermission(), "May we call?"),
    contact_request: () => ask(new ActionContactRequest(), "Who are you?"),
    qr_code: async () => checked(await api.createQR(phone, "Hello")).code,
    call: async () => checked(await api.initiateCall(phone, person, "v=0")),
};

const shown = (contact) => ({ from: contact.wa_id, name: contact.profile?.name, user_id: contact.user_id });

api.on.message = async ({ message, contact }) => {
    const told = { ...shown(contact), message_id: message.id, reply_to: message.context?.id ?? null };
    const value = message[message.type];
    switch (message.type) {
        case "text": return heard("text", { ...told, text: value.body, about: message.context?.referred_product?.product_retailer_id ?? null });
        case "order": return heard("order", {
            ...told, text: value.text, sku: value.product_items[0].product_retailer_id, quantity: value.product_items[0].quantity,
            price: value.product_items[0].item_price,
        });
        case "location": return heard("location", { ...told, latitude: value.latitude, longitude: value.longitude, place: value.name });
        case "contacts": return heard("contacts", { ...told, card: value[0].name.formatted_name, phone: value[0].phones[0].phone });
        case "reaction": return heard("reaction", { ...told, emoji: value.emoji, on: value.message_id });
        case "button": return heard("button", { ...told, id: value.payload, title: value.text });
        case "interactive": if (value.type === "nfm_reply") {
            return heard("flow_reply", { ...told, response: JSON.parse(value.nfm_reply.response_json) });
        }
        return heard(value.type, { ...told, id: value[value.type].id, title: value[value.type].title });
        default: return heard(message.type, {
            ...told, caption: value.caption ?? null, filename: value.filename, voice: value.voice, media_id: value.id,
            sha256: await download(value.id),
        });
    }
};
api.on.status = ({ id, status, error, pricing, biz_opaque_callback_data: tracker }) => heard("status", {
    id, status, code: error?.code ?? null, tracker: tracker ?? null,
    pricing: pricing ? { category: pricing.category, billable: pricing.billable } : null,
});

const server = createServer(async (request, response) => {
    if (request.method === "GET") {
        try {
            response.end(api.handle_get(request));
        } catch (status) {
            response.statusCode = status;
            response.end();
        }
        return;
    }
    response.statusCode = await api.handle_post(request);
    response.end();
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const hears = ["challenge", "text", "reply", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "button_reply",
    "list_reply", "button", "media", "status", "reason", "undeliverable", "pricing", "user_id", "tracker", "flow_reply",
    "location_answer", "contact_answer", "order", "question"];
await serve(steps, { hears, webhook: `http://127.0.0.1:${server.address().port}/` });
