/** One measured value; the printed ratio is value to limit, in the same unit. Without a limit it is there to compare with. */
export type Figure = { name: string; value: number; limit?: number; unit: string; note?: string };
