/** A schema as a list of fields that opens level by level. */

import { useState } from "preact/hooks";
import type { Document, Schema } from "./wire";
import { resolved } from "./wire";

interface FieldsProps {
  document: Document;
  schema: Schema;
}

/** The fields of an object, or what else *schema* is. */
export function Fields({ document, schema }: FieldsProps) {
  const found = resolved(document, schema).schema;
  if (found.anyOf) {
    return (
      <>
        {choices(found).map((each, place) => (
          <div key={place}>
            {place > 0 && <p class="quiet small">or</p>}
            <Fields document={document} schema={each} />
          </div>
        ))}
      </>
    );
  }
  if (found.items) {
    return (
      <>
        <p class="quiet small">A list of:</p>
        <Fields document={document} schema={found.items} />
      </>
    );
  }
  const properties = Object.entries(found.properties ?? {});
  if (!properties.length) return <p class="quiet small">{found.description ?? kindOf(document, found)}</p>;
  return (
    <>
      {found.description && <p class="quiet small">{prose(found.description)}</p>}
      <ul class="fields">
        {properties.map(([name, field]) => (
          <Field key={name} document={document} name={name} schema={field} required={found.required?.includes(name) ?? false} />
        ))}
      </ul>
    </>
  );
}

function Field({ document, name, schema, required }: FieldsProps & { name: string; required: boolean }) {
  const inner = within(document, schema);
  const [opened, setOpened] = useState(false);
  const head = (
    <>
      <code class="field-name">{name}</code> <span class="quiet small">{kindOf(document, schema)}</span>
      {required && <span class="small required"> required</span>}
      {schema.description && <span class="small field-about">{prose(schema.description)}</span>}
    </>
  );
  if (!inner) return <li class="field-row">{head}</li>;
  return (
    <li class="field-row">
      <details onToggle={() => setOpened(true)}>
        <summary>{head}</summary>
        {/* Only once it is asked for: a flow's component holds components, without end. */}
        {opened && <Fields document={document} schema={inner} />}
      </details>
    </li>
  );
}

/** The object inside *schema*, if there is one to open. */
function within(document: Document, schema: Schema): Schema | null {
  const found = resolved(document, schema).schema;
  if (found.properties) return found;
  if (found.items) return within(document, found.items);
  for (const each of found.anyOf ?? []) {
    const inner = within(document, each);
    if (inner) return inner;
  }
  return null;
}

/** What may stand there, in a few words. */
export function kindOf(document: Document, schema: Schema): string {
  const { schema: found } = resolved(document, schema);
  if (found.enum) return found.enum.map(String).join(" | ");
  if (found.const !== undefined) return String(found.const);
  if (found.anyOf) return [...new Set(choices(found).map((each) => kindOf(document, each)))].join(" or ");
  if (found.items) return `list of ${kindOf(document, found.items)}${bounds(found.minItems, found.maxItems, "")}`;
  if (found.format === "binary") return "file";
  const type = Array.isArray(found.type) ? found.type.join(" or ") : (found.type ?? "anything");
  return type + bounds(found.minLength, found.maxLength, " characters") + bounds(found.minimum, found.maximum, "");
}

/** Without null: whatever may be left out may also be null. */
function choices(schema: Schema): Schema[] {
  return (schema.anyOf ?? []).filter((each) => each.type !== "null");
}

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`;
  if (most !== undefined) return `, at most ${most}${unit}`;
  return least !== undefined ? `, at least ${least}${unit}` : "";
}

/** Text in which `backticks` make code. */
export function prose(text: string) {
  return text.split("`").map((part, place) => (place % 2 ? <code key={place}>{part}</code> : part));
}
