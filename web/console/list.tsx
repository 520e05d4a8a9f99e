/** A list as both consoles show it: table on a desk, cards on a phone; words for nothing, for too slow and for wrong. */

import type { ComponentChildren } from "preact";
import type { HttpError } from "../parts/http";
import { Button, EmptyState, ErrorState, Skeleton } from "../parts/ui";
import type { Paged } from "./paged";
import { t } from "./words";

export interface Column<Row> {
  key: string;
  title: string;
  figures?: boolean;
  /** Where the cell stands on a phone's card: first line and its end, a line below, last line and its end, or nowhere. */
  phone: "title" | "end" | "line" | "foot" | "foot-end" | "hide";
  cell: (row: Row) => ComponentChildren;
}

interface RowsProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  openKey?: string | null;
  onOpen?: (row: Row) => void;
}

export function Rows<Row>({ caption, columns, rows, rowKey, openKey, onOpen }: RowsProps<Row>) {
  return (
    <div class="rows-box" tabIndex={0} role="region" aria-label={caption}>
      <table class="rows">
        <caption class="spoken">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" class={`${column.figures ? "figures " : ""}on-phone-${column.phone}`}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              tabIndex={onOpen ? 0 : undefined}
              class={onOpen ? "row-opens" : undefined}
              aria-selected={openKey === undefined ? undefined : openKey === rowKey(row)}
              onClick={() => onOpen?.(row)}
              onKeyDown={(event) => event.target === event.currentTarget && onKey(event, () => onOpen?.(row))}
            >
              {columns.map((column) => (
                <td key={column.key} class={`${column.figures ? "figures " : ""}on-phone-${column.phone}`}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function onKey(event: KeyboardEvent, open: () => void): void {
  const row = event.currentTarget as HTMLElement;
  const neighbour = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  if (neighbour instanceof HTMLElement) {
    event.preventDefault();
    neighbour.focus();
  } else if (event.key === "Enter") {
    open();
  }
}

interface ListProps<Row> extends Omit<RowsProps<Row>, "rows"> {
  found: Paged<Row>;
  /** What to say when there is nothing, and what to do about it. */
  empty: ComponentChildren;
  /** Whether a search or filter is on: then nothing found is not the same as nothing there. */
  narrowed: boolean;
  onWiden?: () => void;
}

export function List<Row>({ found, empty, narrowed, onWiden, ...table }: ListProps<Row>) {
  if (found.error && !found.rows) return <Failed error={found.error} again={found.again} />;
  if (!found.rows) return <Skeleton rows={8} name={t("fetching")} />;
  if (found.rows.length === 0) {
    if (!narrowed) return <>{empty}</>;
    return <EmptyState title={t("nothing_matches")} action={onWiden && <Button onClick={onWiden}>{t("show_all")}</Button>} />;
  }
  return (
    <>
      <Rows {...table} rows={found.rows} />
      {found.more && (
        <div class="more">
          {found.error && <p class="field-error">{explained(found.error)}</p>}
          <Button busy={found.busy} onClick={found.fetchMore}>
            {t("show_more")}
          </Button>
        </div>
      )}
    </>
  );
}

/** What went wrong, in words for people; the server's own words stand behind "Details". */
export function Failed({ error, again }: { error: HttpError; again?: () => void }) {
  return (
    <ErrorState
      title={explained(error)}
      action={again && <Button onClick={again}>{t("try_again")}</Button>}
      detailsLabel={t("details")}
      code={`${error.status || ""} ${error.code} ${error.message}`.trim()}
    />
  );
}

export function explained(error: HttpError): string {
  if (error.code === "offline") return t("error_offline");
  if (error.code === "timeout") return t("error_slow");
  if (error.status === 404) return t("error_gone");
  if (error.status === 429) return t("error_too_many", { count: Math.ceil((error.retryAfterS ?? 60) / 60) });
  return t("error_server");
}
