"use client";
import { Age } from "@/app/_ui/time";
import type { ContainerFacts } from "@/lib/services/details-schema";
import { Affected } from "../_operate/affected";
import { OperationDialog } from "../_operate/operation-dialog";
import type { Asked } from "./operate-dialog";
import { recreateButton } from "./orders";

type Props = Asked & { newest: ContainerFacts; newer: boolean; pull: boolean; stateful: boolean };

const Id = ({ id }: { id: string }) => (
  <span className="font-mono text-sm text-text">{id.replace(/^sha256:/, "").slice(0, 12)}</span>
);

export function RecreateDialog(props: Props) {
  const { service, title, facts, needsCode, keep, onClose, newest, newer, pull, stateful } = props;
  const { tagged } = newest;
  const path = `/api/v1/services/${encodeURIComponent(service)}`;
  return (
    <OperationDialog
      titles={{
        asked: newer ? `Recreate ${title} with the newer image?` : `Recreate ${title}?`,
        ...{ running: `Recreating ${title}`, done: `${title} is recreated`, failed: `Recreating ${title} failed` },
      }}
      steps={[
        ...(pull ? [{ name: `Pull ${newest.image}`, path: `${path}/pull` }] : []),
        {
          name: title,
          path: `${path}/recreate`,
          // What is done is what was looked at: refused if the tag moves meanwhile.
          body: tagged && !pull ? { image: tagged.id } : {},
        },
      ]}
      inOrder
      button={pull ? "Pull and recreate" : recreateButton(newer)}
      danger
      needsCode={needsCode}
      keep={keep}
      onClose={onClose}
    >
      {pull ? (
        <p>
          The registry of <span className="font-mono text-sm text-text">{newest.image}</span> has a newer image than
          this machine. It is pulled first; until that is done nothing is touched, and if it fails all stays as it is.
        </p>
      ) : newer && tagged ? (
        <p>
          <span className="font-mono text-sm text-text">{newest.image}</span>: from <Id id={newest.imageId} /> to{" "}
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
        It is away while a new container takes its place, and connections to it are cut. If the new one does not become
        healthy, the old one is put back.
      </p>
      <Affected ending="recreate" facts={facts} />
      {newer && stateful ? (
        <p>
          It holds data: a newer version may change it so that the old one cannot read it any more. Back it up first.
        </p>
      ) : null}
    </OperationDialog>
  );
}
