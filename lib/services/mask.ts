// Command lines may hold what nobody should read on a page. Values of telling names and passwords in addresses go.
export const masked = "•••";

const telling =
  /(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key|credential|auth)(?:[-_.]?[a-z0-9]*)?$/i;
/** A secret's file is no secret. */
const isPath = (value: string) => /^\.{0,2}\//.test(value);
const inAddress = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;
const inQuery = /([?&](?:[\w-]*(?:password|secret|token|key|signature)[\w-]*)=)[^&\s]+/gi;

const inPart = (text: string): string => text.replace(inAddress, `$1${masked}@`).replace(inQuery, `$1${masked}`);

export function maskArguments(all: readonly string[]): string[] {
  let hideNext = false;
  return all.map((argument) => {
    const hide = hideNext;
    hideNext = false;
    if (hide && !argument.startsWith("-")) return isPath(argument) ? argument : masked;
    const [name = "", ...rest] = argument.split("=");
    if (rest.length > 0) {
      const value = rest.join("=");
      return telling.test(name) && value !== "" && !isPath(value) ? `${name}=${masked}` : inPart(argument);
    }
    hideNext = argument.startsWith("-") && telling.test(argument);
    return inPart(argument);
  });
}
