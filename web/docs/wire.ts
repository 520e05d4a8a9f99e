/** The OpenAPI document as the server makes it, as far as this page reads it. */

export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

/** One call as a reader looks for it; several may share an address. */
export interface Kind {
  path: string;
  summary: string;
  tag: string;
  codes: readonly number[];
  asks?: Schema;
  answer?: Schema;
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags?: readonly string[];
  parameters?: readonly { name: string; in: string; description?: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Readonly<Record<string, { schema?: Schema }>> };
  responses: Readonly<Record<string, { description: string }>>;
  security?: readonly unknown[];
  "x-kinds"?: readonly Kind[];
}

export interface ErrorRow {
  code: number;
  status: number;
  title: string;
  cause: string;
  transient: boolean;
}

export interface Document {
  info: { title: string; version: string; description: string };
  tags: readonly { name: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  webhooks: Readonly<Record<string, { post: Operation }>>;
  components: { schemas: Readonly<Record<string, Schema>> };
  "x-errors": readonly ErrorRow[];
}

/** A call with everything that is shown and searched about it. */
export interface Call {
  id: string;
  method: string;
  path: string;
  summary: string;
  area: string;
  operation: Operation;
  kind: Kind | null;
  /** What it is called, and everything that is said of it, in small letters. */
  name: string;
  text: string;
}

/** Where a webhook goes: an address of the reader's own. */
export const CALLBACK = "your callback";

const METHODS = ["get", "post", "delete"];

/** Every call of *document*, in its order. */
export function callsOf(document: Document): Call[] {
  const found: Call[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = methods[method];
      if (!operation) continue;
      for (const kind of operation["x-kinds"] ?? [null]) found.push(call(document, method, path, operation, kind));
    }
  }
  for (const { post } of Object.values(document.webhooks)) {
    const asks = post.requestBody?.content["application/json"]?.schema;
    found.push(call(document, "post", CALLBACK, post, { path: CALLBACK, summary: post.summary, tag: "Webhooks", codes: [], asks }));
  }
  const areas = document.tags.map((tag) => tag.name);
  return found.sort((one, other) => areas.indexOf(one.area) - areas.indexOf(other.area));
}

function call(document: Document, method: string, path: string, operation: Operation, kind: Kind | null): Call {
  const shown = kind?.path ?? path;
  const summary = kind?.summary ?? operation.summary;
  const area = kind?.tag ?? operation.tags?.[0] ?? "";
  const names = [...fieldNames(document, kind?.asks), ...fieldNames(document, kind?.answer)];
  const upper = method.toUpperCase();
  const id = `${method}${shown}`.replace(/[^\w]+/g, "-").replace(/-$/, "");
  const words = [upper, shown, summary, area, operation.operationId, operation.description ?? "", ...names, ...(kind?.codes ?? [])];
  const name = `${upper} ${shown} ${summary}`.toLowerCase();
  return { id, method: upper, path: shown, summary, area, operation, kind, name, text: words.join(" ").toLowerCase() };
}

/** The schema that *schema* refers to, with its name. */
export function resolved(document: Document, schema: Schema): { schema: Schema; name: string } {
  const name = schema.$ref?.split("/").at(-1) ?? "";
  return { schema: document.components.schemas[name] ?? schema, name };
}

function fieldNames(document: Document, schema: Schema | undefined, depth = 0): string[] {
  if (!schema || depth > 4) return [];
  const { schema: found } = resolved(document, schema);
  const inner = [...(found.anyOf ?? []), ...(found.items ? [found.items] : []), ...Object.values(found.properties ?? {})];
  return [...Object.keys(found.properties ?? {}), ...inner.flatMap((each) => fieldNames(document, each, depth + 1))];
}
