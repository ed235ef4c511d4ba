import { describe, expect, it } from 'vitest'
import { sourceFiles } from './imports.js'

/** Who may start a program of the stack; everything else asks them. Each entry says what it starts. */
const starters: Readonly<Record<string, readonly string[]>> = {
  // HAProxy and brokers of a sandbox, in their order.
  'startHaproxy(': ['host/haproxy/running.ts', 'host/sandbox/sandbox.ts'],
  // The embedded broker alone, as a receiver to test; and how a measured broker is run.
  'driver.start(': ['host/sandbox/sandbox.ts', 'stories/bench/stack-side.ts', 'stories/conformance/targets.ts'],
  // Files moved, ports chosen, started again on other ports: check, behaviours, recordings, drills, loads, `testing`.
  'startSandbox(': ['host/sandbox/sandbox.ts', 'stories/check/start.ts'],
  'writeSandbox(': ['host/sandbox/sandbox.ts', 'stories/check/start.ts'],
}

const files = sourceFiles()

describe('files come to run in one way', () => {
  it.each(Object.entries(starters))('%s stands only where it belongs', (call, allowed) => {
    const found = files.filter(({ text }) => text.includes(call))
    expect(found.map(({ path }) => path).sort()).toEqual([...allowed].sort())
  })
})
