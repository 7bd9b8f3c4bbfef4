"use client";
import { Age } from "@/app/_ui/time";
import type { ContainerFacts } from "@/lib/services/details-schema";
import { UsedBy } from "../_operate/affected";
import { OperationDialog } from "../_operate/operation-dialog";
import type { Asked } from "./operate-dialog";
import { recreateButton } from "./orders";

type Props = Asked & { facts: ContainerFacts; newer: boolean; stateful: boolean };

const Id = ({ id }: { id: string }) => (
  <span className="font-mono text-sm text-text">{id.replace(/^sha256:/, "").slice(0, 12)}</span>
);

export function RecreateDialog({ service, title, usedBy, needsCode, keep, onClose, facts, newer, stateful }: Props) {
  const { tagged } = facts;
  return (
    <OperationDialog
      titles={{
        asked: newer ? `Recreate ${title} with the newer image?` : `Recreate ${title}?`,
        ...{ running: `Recreating ${title}`, done: `${title} is recreated`, failed: `Recreating ${title} failed` },
      }}
      steps={[
        {
          name: title,
          path: `/api/v1/services/${encodeURIComponent(service)}/recreate`,
          // What is done is what was looked at: refused if the tag moves meanwhile.
          body: tagged ? { image: tagged.id } : {},
        },
      ]}
      button={recreateButton(newer)}
      danger
      needsCode={needsCode}
      keep={keep}
      onClose={onClose}
    >
      {newer && tagged ? (
        <p>
          <span className="font-mono text-sm text-text">{facts.image}</span>: from <Id id={facts.imageId} /> to{" "}
          <Id id={tagged.id} />
          {tagged.createdAt ? (
            <>
              , built <Age at={tagged.createdAt} /> ago
            </>
          ) : null}
          .
        </p>
      ) : (
        <p>The image stays the one it has: its tag points to no other on this machine.</p>
      )}
      <p>
        It is away while a new container takes its place. Connections to it are cut; what it wrote outside its volumes
        is lost. If the new one does not become healthy, the old one is put back.
      </p>
      {newer && stateful ? (
        <p>
          It holds data: a newer version may change it so that the old one cannot read it any more. Back it up first.
        </p>
      ) : null}
      <UsedBy titles={usedBy} />
    </OperationDialog>
  );
}
