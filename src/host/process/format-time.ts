const two = (number: number) => String(number).padStart(2, '0')

const parts: Readonly<Record<string, (at: Date) => string>> = {
  Y: (at) => String(at.getFullYear()),
  y: (at) => two(at.getFullYear() % 100),
  m: (at) => two(at.getMonth() + 1),
  d: (at) => two(at.getDate()),
  e: (at) => String(at.getDate()).padStart(2, ' '),
  H: (at) => two(at.getHours()),
  M: (at) => two(at.getMinutes()),
  S: (at) => two(at.getSeconds()),
  F: (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
  T: (at) => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`,
  s: (at) => String(Math.floor(at.getTime() / 1000)),
  z: (at) => zone(at.getTimezoneOffset()),
  '%': () => '%',
}

/** strftime with the parts a log needs; it leaves unknown parts as they are. Local time. */
export function formatTime(format: string, at: Date): string {
  return format.replace(/%(.)/g, (whole, part: string) => parts[part]?.(at) ?? whole)
}

function zone(offset: number): string {
  const minutes = Math.abs(offset)
  return `${offset > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}
