import type { RunResult } from '../result.js'

export function renderJson(result: RunResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`
}
