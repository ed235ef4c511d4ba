import type { RunFacts, RunResult } from '../kernel/result.js'

/** Where and when it ran, with which versions: `2026-11-27 03:12:00 UTC · ci-7 · Linux 6.1.0 x64 · mqtt-proxy 0.1.0`. */
export function runLine(run: RunFacts): string {
  const when = `${run.at.slice(0, 19).replace('T', ' ')} UTC`
  const commit = run.commit === undefined ? [] : [`commit ${run.commit.slice(0, 12)}`]
  return [when, run.host, run.os, `mqtt-proxy ${run.version}`, `node ${run.node}`, ...commit].join(' · ')
}

/** What a report says of the run that made it, a line each; of a merged one, of every run in it. */
export function runLines(result: RunResult): readonly string[] {
  const runs = result.runs ?? (result.run === undefined ? [] : [result.run])
  return runs.flatMap((run) => [runLine(run), run.command])
}

/** The same as names and values, for reports with a place for those. */
export function runFields(result: RunResult): Readonly<Record<string, string>> {
  const { run } = result
  if (run === undefined) return {}
  const { at, host, os, command, version, node, commit } = run
  return { at, host, os, command, 'mqtt-proxy': version, node, ...(commit !== undefined && { commit }) }
}
