export const services: string[] = [];
