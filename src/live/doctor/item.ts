import type { DoctorItem } from '../../kernel/result.js'

export function item(
  id: string,
  status: DoctorItem['status'],
  text: string,
  details: readonly string[] = [],
  next: readonly string[] = [],
): DoctorItem {
  return { id, status, text, details, next }
}

/** `1 server`, `2 servers`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}
