// What a failed sign-in means and what to do. Codes are next-auth's and those of lib/auth.
const failed = "That sign-in did not work";

const texts: Record<string, string> = {
  AccessDenied: "Your account may not enter here. Ask an admin of this TaylorDash whether it is enabled.",
  SecondFactor: "It was made without a second factor. Sign in again, and enter the one-time code when you are asked.",
  Issuer: "It came from another address than this portal expects. Ask an admin whether the domain was changed.",
  Claims: "The sign-in service did not say who you are. Ask an admin to look at the portal's log.",
  Callback: "The sign-in took too long, or was begun in another window. Try again.",
  OAuthCallback: "The sign-in took too long, was cancelled, or was begun in another window. Try again.",
  OAuthSignin: "The sign-in service does not answer yet. Wait a moment and try again.",
  OtherPerson: "Somebody else signed in than the one who is working here. Sign out first, or confirm as yourself.",
  NotFresh: "The sign-in service did not ask for your one-time code again. Sign out and in again.",
  Unexpected:
    "Something failed on our side. Try again; if it goes on failing, an admin finds the cause in the portal's log.",
};

/** What the page says when the end of a session failed, so that nobody takes it for done. */
export const stillSignedIn = {
  title: "You are still signed in",
  text: "The portal could not end your session. Try again in a moment; close the browser if this is not your machine.",
};

export function wordsOf(code: string | undefined): { title: string; text: string } {
  if (code === "SignOut") return stillSignedIn;
  if (!code) return { title: "Sign in", text: "With your account of this TaylorDash, a password and a one-time code." };
  return { title: failed, text: texts[code] ?? texts.Unexpected ?? failed };
}
