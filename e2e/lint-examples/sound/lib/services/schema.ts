export const longest = 63;
