import { expect, it } from "vitest";
import { testContainer } from "../platform/test-container.ts";
import { tiesOf } from "./dependencies.ts";

const container = (service: string, networks: string[], volumes: string[] = [], dependsOn = "") =>
  testContainer({
    labels: { "com.docker.compose.service": service, "com.docker.compose.depends_on": dependsOn },
    networks: networks.map((name) => ({ name: `p_${name}`, addresses: [], aliases: [] })),
    mounts: volumes.map((name) => ({
      ...{ kind: "volume", name: `p_${name}`, source: "/" },
      target: "/",
      writable: true,
    })),
  });

it("says what a service of this stack uses, and what uses it", () => {
  const all = [container("portal", ["db"]), container("postgres", ["db"]), container("keycloak", ["db"])];
  expect(tiesOf("postgres", all, "p")).toEqual({
    uses: [],
    usedBy: [
      { service: "keycloak", title: "keycloak", why: "users and settings" },
      { service: "portal", title: "portal", why: "sessions, audit, history" },
    ],
    networks: [
      {
        name: "db",
        others: [
          { service: "keycloak", title: "keycloak" },
          { service: "portal", title: "portal" },
        ],
      },
    ],
  });
});

it("takes a foreign service at its label, and else at what it shares", () => {
  const all = [
    container("shop", ["shop"], ["files"], "cart:service_healthy:true"),
    container("cart", ["shop"]),
    container("resize", [], ["files"]),
    container("far", ["other"]),
  ];
  const ties = tiesOf("shop", all, "p");
  expect(ties.uses).toEqual([
    { service: "cart", title: "cart", why: "waits for it when it starts" },
    { service: "resize", title: "resize", why: "shares the volume files" },
  ]);
  expect(ties.networks).toEqual([{ name: "shop", others: [{ service: "cart", title: "cart" }] }]);
  expect(tiesOf("cart", all, "p").usedBy.map(({ service }) => service)).toEqual(["shop"]);
});

it("does not tell of a tie to a service that is not there", () => {
  expect(tiesOf("portal", [container("portal", [])], "p")).toEqual({ uses: [], usedBy: [], networks: [] });
});
