/** The points of each line. */
export function lines(figure: string): number[][][] {
  const drawn = [...figure.matchAll(/<polyline[^>]* points="([^"]*)"/g)]
  return drawn.map(([, points = '']) => points.split(' ').map((point) => point.split(',').map(Number)))
}

/** Where the labels stand: text and its x and y. */
export function labels(figure: string): Map<string, { x: number; y: number }> {
  const found = figure.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)
  return new Map([...found].map(([, x, y, text = '']) => [text, { x: Number(x), y: Number(y) }]))
}
