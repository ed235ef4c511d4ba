import { describe, expect, it } from 'vitest'
import { parseTarget } from '../../../src/kernel/target.js'
import { classify } from '../../../src/probe/classify.js'
import { plain } from '../../../src/report/style.js'
import { probeText } from '../../../src/stories/probe/text.js'
import { firstRound, saw } from '../../probe/observations.js'

const seen = firstRound().map((one) =>
  one.attempt === 'v2' ? saw('v2', 'connack', { connack: 5 }) : one.attempt === 'v1' ? saw('v1', 'accepted') : one,
)
const target = parseTarget('127.0.0.1:1884')
const run = {
  probed: [{ target, verdict: classify(seen), seen, attempts: [], findings: [], ms: 1 }],
  through: undefined,
  connections: 1,
  atOnce: 1,
  ms: 1,
}
const text = (verbose: boolean) => probeText(run, { style: plain, quiet: false, verbose, brief: false })

describe('probeText', () => {
  it('says what the code of a refusal means, once, and nothing of an acceptance', () => {
    expect(text(false)).toMatch(/\n {2}CONNACK 5: not authorised: .*allow_anonymous/)
    expect(text(false)).not.toContain('CONNACK 0:')
  })

  it('keeps the columns of its trials, whatever stands in them', () => {
    const rows = text(true)
      .split('\n')
      .filter((line) => / \d+\.\d ms/.test(line))
    expect(rows).toHaveLength(seen.length)
    expect(new Set(rows.map((line) => line.indexOf(' ms'))).size).toBe(1)
  })

  it('counts in good English', () => {
    expect(text(false)).toContain('1 connection, at most 1 at once')
  })
})
