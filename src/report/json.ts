import type { RunResult } from '../kernel/result.js'

export function renderJson(result: RunResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`
}
