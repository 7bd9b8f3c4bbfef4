// A portal that orders its own end: it answers, goes, comes back, and the audit tells how it went.
import { expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { container, sql } from "../stack.ts";

const outcome = () =>
  sql(`select coalesce(o.outcome, 'unfinished') || ' by ' || coalesce(o.actor_name, 'nobody') ||
         case when o.at > (select max(at) from service_history where service = 'portal' and state = 'running')
           then ' afterwards' else ' before it was up' end
       from audit a left join audit o on o.intent_id = a.id
       where a.action = 'service.recreate' and a.target = 'portal' and a.details ? 'handedOver' and a.intent_id is null
       order by a.id desc limit 1`);

it("recreates itself, and the audit has the outcome that came after its end", { timeout: 180_000 }, async () => {
  const person = await makePerson("portal-recreator", "admin");
  const admin = await httpSignIn(person);
  const old = await container("portal");
  const answer = await admin.write("POST", "/services/portal/recreate");
  expect([answer.status, answer.body]).toEqual([200, expect.stringContaining("the page comes back by itself")]);
  await eventually(async () => expect(await container("portal")).not.toBe(old), 90_000);
  await eventually(async () => expect((await admin.ask("/api/v1/session")).status).toBe(200), 60_000);
  await eventually(async () => expect(await outcome()).toBe("done by worker afterwards"), 60_000);
});
