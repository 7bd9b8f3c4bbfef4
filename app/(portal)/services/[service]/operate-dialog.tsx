"use client";
import type { ServiceFacts } from "@/lib/services/details-schema";
import { Affected } from "../_operate/affected";
import { OperationDialog } from "../_operate/operation-dialog";
import { titlesOf, type Verb, words } from "./verbs";

export type Asked = {
  service: string;
  title: string;
  needsCode: boolean;
  /** Null while they could not be read. */
  facts: ServiceFacts | null;
  keep: () => void;
  onClose: () => void;
};

export function OperateDialog({ verb, service, title, facts, needsCode, keep, onClose }: Asked & { verb: Verb }) {
  return (
    <OperationDialog
      titles={titlesOf(verb, title)}
      steps={[{ name: title, path: `/api/v1/services/${encodeURIComponent(service)}/${verb}` }]}
      button={words[verb].button}
      danger={verb === "stop"}
      needsCode={needsCode}
      keep={keep}
      onClose={onClose}
    >
      <p>{words[verb].loss}</p>
      {verb === "start" ? null : <Affected ending={verb} facts={facts} />}
    </OperationDialog>
  );
}
