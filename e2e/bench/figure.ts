/** One measured value; the printed ratio is value to limit, in the same unit. */
export type Figure = { name: string; value: number; limit: number; unit: string; note?: string };
