import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import { type Actor, createToken, listTokens, revokeToken } from "@/lib/auth";
import { CreatedToken, CreateTokenInput, ListTokensInput, RevokeTokenInput, TokenInfo } from "@/lib/auth/token-schema";

export const tokens = [
  endpoint({
    method: "GET",
    path: "/tokens",
    tag: "API tokens",
    summary: "Live API tokens: one's own, or everybody's, for admins; never their secrets",
    permission: "signed-in",
    params: ListTokensInput.extend({ everybody: z.stringbool().optional() }),
    answer: z.object({ tokens: z.array(TokenInfo) }),
    run: async ({ actor, params }) => ({ tokens: await listTokens(actor, params) }),
  }),
  endpoint({
    method: "POST",
    path: "/tokens",
    tag: "API tokens",
    summary: "Make a token; its secret is in this answer and nowhere else. One that may destroy needs a second factor",
    permission: "services:read",
    peopleOnly: "make a token",
    body: CreateTokenInput,
    answer: CreatedToken,
    // The verb refuses anybody who is no person, too.
    run: ({ actor, body }) => createToken(actor as Actor, body),
  }),
  endpoint({
    method: "DELETE",
    path: "/tokens/{id}",
    tag: "API tokens",
    summary: "Revoke one's own token, or anybody's, for admins",
    permission: "signed-in",
    params: RevokeTokenInput,
    run: ({ actor, params }) => revokeToken(actor, params),
  }),
];
