/** Numeric comparison of dotted versions, as long as the shorter one: `older('2.1', '2.1.2')` is false. */
export function older(version: string, than: string): boolean {
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10))
  const [a, b] = [parts(version), parts(than)]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
