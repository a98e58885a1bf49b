/** Remembers for each batch size what `prepare` made: sizes and arguments are worked out once and not with each call. */
export function perBatch<Prepared>(prepare: (batch: number) => Prepared): (batch: number) => Prepared {
  const known: Prepared[] = [];
  return (batch) => {
    known[batch] ??= prepare(batch);
    return known[batch];
  };
}
