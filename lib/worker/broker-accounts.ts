// The portal's and the worker's own accounts at the broker, with the least they need, each locked to its client id.
import { z } from "zod";
import type { BrokerLogin, ControlAnswer, ControlCommand, SendCommands } from "../platform/broker.ts";

const control = "$CONTROL/dynamic-security/v1";
type Acl = { acltype: string; topic: string; priority: number; allow: boolean };
const allow = (...pairs: [string, string][]): Acl[] =>
  pairs.map(([acltype, topic], index) => ({ acltype, topic, priority: pairs.length - index, allow: true }));

export const accounts = [
  {
    username: "portal",
    clientId: "taylordash-portal",
    role: "taylordash-portal",
    acls: allow(
      ["publishClientSend", control],
      ["subscribeLiteral", `${control}/response`],
      ["publishClientReceive", `${control}/response`],
      ["subscribeLiteral", "$SYS/#"],
      ["publishClientReceive", "$SYS/#"],
    ),
  },
  {
    username: "worker",
    clientId: "taylordash-worker",
    role: "taylordash-worker",
    acls: allow(["subscribeLiteral", "$SYS/#"], ["publishClientReceive", "$SYS/#"]),
  },
] as const;

const Role = z.looseObject({
  acls: z.array(z.looseObject({ acltype: z.string(), topic: z.string(), allow: z.boolean() })).default([]),
});
const Client = z.looseObject({
  clientid: z.string().optional(),
  roles: z.array(z.looseObject({ rolename: z.string() })).default([]),
});
const RoleData = z.object({ role: Role });
const ClientData = z.object({ client: Client });

async function one(send: SendCommands, command: ControlCommand): Promise<ControlAnswer> {
  const [answer] = await send([command]);
  if (!answer) throw new Error(`the broker gave no answer to ${command.command}`);
  return answer;
}

async function must(send: SendCommands, command: ControlCommand): Promise<void> {
  const { error } = await one(send, command);
  if (error) throw new Error(`the broker refused ${command.command}: ${error}`);
}

const acls = (role: z.infer<typeof Role>) =>
  role.acls
    .map(({ acltype, topic, allow }) => `${acltype} ${topic} ${allow}`)
    .sort()
    .join("\n");

/** Sets what differs; answers its names. `works` tells whether the account's password is already the one in secrets. */
export async function ensureAccounts(
  send: SendCommands,
  password: string,
  works: (login: BrokerLogin) => Promise<boolean>,
): Promise<string[]> {
  const changed: string[] = [];
  for (const account of accounts) {
    const { username, clientId, role } = account;
    const wanted = { acls: [...account.acls] };
    const roleAnswer = await one(send, { command: "getRole", rolename: role });
    if (roleAnswer.error) {
      await must(send, { command: "createRole", rolename: role, ...wanted });
      changed.push(`role ${role}`);
    } else if (acls(RoleData.parse(roleAnswer.data).role) !== acls(wanted)) {
      await must(send, { command: "modifyRole", rolename: role, ...wanted });
      changed.push(`rules of ${role}`);
    }
    const clientAnswer = await one(send, { command: "getClient", username });
    if (clientAnswer.error) {
      await must(send, { command: "createClient", username, password, clientid: clientId });
      changed.push(`account ${username}`);
    }
    const client = clientAnswer.error ? { roles: [], clientid: clientId } : ClientData.parse(clientAnswer.data).client;
    if (client.clientid !== clientId) {
      await must(send, { command: "setClientId", username, clientid: clientId });
      changed.push(`client id of ${username}`);
    }
    // Linked by addClientRole, never inline: inline roles crash the broker when the role is deleted later.
    if (!client.roles.some(({ rolename }) => rolename === role)) {
      await must(send, { command: "addClientRole", username, rolename: role, priority: 1 });
      changed.push(`role of ${username}`);
    }
    if (!clientAnswer.error && !(await works({ username, password, clientId }))) {
      await must(send, { command: "setClientPassword", username, password });
      changed.push(`password of ${username}`);
    }
  }
  return changed;
}
