export { checkPersonExists, listPersons } from "./list.ts";
export {
  addFirstAdmin,
  addPerson,
  disablePerson,
  enablePerson,
  removePerson,
  resetPassword,
  resetSecondFactor,
  setPersonRole,
} from "./manage.ts";
export { checkTokenOwners } from "./token-owners.ts";
