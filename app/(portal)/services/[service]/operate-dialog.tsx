"use client";
import type { ServiceFacts } from "@/lib/services/details-schema";
import { Affected } from "../_operate/affected";
import { OperationDialog } from "../_operate/operation-dialog";
import { titlesOf, type Verb, words } from "./verbs";

export type Asked = {
  service: string;
  title: string;
  needsCode: boolean;
  /** Null while they are read, and when they cannot be. */
  facts: ServiceFacts | null;
  asking: boolean;
  keep: () => void;
  onClose: () => void;
};

export function OperateDialog(props: Asked & { verb: Verb }) {
  const { verb, service, title, facts, asking, needsCode, keep, onClose } = props;
  return (
    <OperationDialog
      titles={titlesOf(verb, title)}
      steps={[{ name: title, path: `/api/v1/services/${encodeURIComponent(service)}/${verb}` }]}
      button={words[verb].button}
      danger={verb === "stop"}
      waiting={asking && verb !== "start" ? "Looking what it holds and who uses it" : null}
      needsCode={needsCode}
      keep={keep}
      onClose={onClose}
    >
      <p>{words[verb].loss}</p>
      {asking || verb === "start" ? null : <Affected ending={verb} facts={facts} />}
    </OperationDialog>
  );
}
