"use client";
import { Copy, Play, RefreshCw, RotateCw, Square } from "lucide-react";
import { useContext, useState } from "react";
import { Button } from "@/app/_ui/button";
import { keepDraft, useDraft } from "@/app/_ui/draft";
import { late } from "@/app/_ui/late";
import type { ServiceRow } from "@/lib/services/schema";
import { useLive } from "../../_live/use-live";
import { Reading } from "./configuration";
import { hindrance, isBehind, isBehindRegistry, type Order, recreateButton } from "./orders";
import { draftOf, needsCode, possible, type Verb, words } from "./verbs";

// The dialogs come with the first look at a button, not with the page.
const OperateDialog = late(() => import("./operate-dialog").then((all) => all.OperateDialog));
const RecreateDialog = late(() => import("./recreate-dialog").then((all) => all.RecreateDialog));
const ScaleDialog = late(() => import("./scale-dialog").then((all) => all.ScaleDialog));
const ahead = { recreate: RecreateDialog.ahead, scale: ScaleDialog.ahead };

const icons = { start: Play, restart: RotateCw, stop: Square, scale: Copy, recreate: RefreshCw };

const names: Record<Order, string> = { scale: "Scale", recreate: "Recreate" };

type Props = {
  row: Pick<ServiceRow, "service" | "name" | "title" | "state" | "protected" | "stateful" | "scalable">;
  allowed: readonly Verb[];
  orders: readonly Order[];
};

/** Buttons for what may be done now; absent where the role does not reach, disabled with the reason where it cannot be. */
export function Actions({ row, allowed, orders }: Props) {
  const [asked, setAsked] = useState<Verb | Order | null>(null);
  const draft = draftOf(row.service);
  useDraft<Verb | Order>(draft, (wanted) => [...allowed, ...orders].includes(wanted) && setAsked(wanted));
  const { data, failed } = useContext(Reading);
  const here = useLive().services?.filter(({ service }) => service === row.service) ?? [row];
  const containers = data?.containers ?? null;
  const elsewhere = isBehindRegistry(containers ?? []);
  const newer = elsewhere || isBehind(containers ?? []);
  const dialog = {
    ...{ service: row.service, title: row.title },
    needsCode: asked !== null && needsCode(asked, [row, ...here]),
    facts: data,
    asking: data === null && failed === null,
    keep: () => keepDraft(draft, asked),
    onClose: () => setAsked(null),
  };
  const states = here.map(({ state }) => state);
  const offered = here.length === 0 ? [] : orders.filter((order) => order === "recreate" || row.scalable);
  const [newest] = containers ?? [];
  const reasons = Map.groupBy(
    offered.filter((order) => hindrance(order, here, containers) !== null),
    (order) => hindrance(order, here, containers),
  );
  return (
    <>
      {possible(states, allowed, row.protected).map((verb) => (
        <Button
          key={verb}
          onClick={() => setAsked(verb)}
          onPointerEnter={OperateDialog.ahead}
          onFocus={OperateDialog.ahead}
        >
          <Icon of={verb} />
          {words[verb].button}
        </Button>
      ))}
      {offered.map((order) => {
        const reason = hindrance(order, here, containers);
        const label = order === "scale" ? "Scale" : recreateButton(newer);
        return (
          <Button
            key={order}
            // Still reached by keyboard and pointer, so that the reason is.
            aria-disabled={reason !== null}
            title={reason ?? undefined}
            aria-label={reason ? `${label}: ${reason}` : undefined}
            onClick={() => reason === null && setAsked(order)}
            onPointerEnter={ahead[order]}
            onFocus={ahead[order]}
          >
            <Icon of={order} />
            {order === "recreate" && newer ? (
              <span>
                Recreate<span className="max-md:sr-only"> with newer image</span>
              </span>
            ) : (
              label
            )}
          </Button>
        );
      })}
      {reasons.size > 0 ? (
        <p className="order-last w-0 min-w-full text-sm text-muted max-md:px-0! md:text-right">
          {[...reasons].map(([reason, of]) => `${of.map((order) => names[order]).join(" and ")}: ${reason}.`).join(" ")}
        </p>
      ) : null}
      {asked === "recreate" && newest ? (
        <RecreateDialog {...dialog} newest={newest} newer={newer} pull={elsewhere} stateful={row.stateful} />
      ) : null}
      {asked === "scale" ? <ScaleDialog {...dialog} now={here.length} /> : null}
      {asked && asked !== "recreate" && asked !== "scale" ? <OperateDialog {...dialog} verb={asked} /> : null}
    </>
  );
}

function Icon({ of }: { of: Verb | Order }) {
  const Shape = icons[of];
  return <Shape className="size-4 stroke-[1.75] text-muted" aria-hidden />;
}
