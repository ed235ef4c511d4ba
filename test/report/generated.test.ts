import { describe, expect, it } from 'vitest'
import { allLines, certLines, genLines } from '../../src/report/generated.js'

const written = [
  { path: 'lab/haproxy.cfg', status: 'created' as const },
  { path: 'lab/mosquitto.conf', status: 'unchanged' as const },
]
const verdicts = [
  { file: 'haproxy.cfg', status: 'accepted' as const, by: 'HAProxy 3.2', messages: [] },
  { file: 'inner.cfg', status: 'refused' as const, by: 'HAProxy 3.2', messages: ['line 3: unknown keyword'] },
]
const result = { schema: 1 as const, ok: false, scenario: 'proxy', files: [], written, verdicts }
const next = {
  check: ['mqtt-proxy check proxy --dir lab'],
  start: ['mosquitto -c lab/mosquitto.conf', 'haproxy -f lab/haproxy.cfg'],
}
const all = { schema: 1 as const, ok: false, scenario: 'proxy', folder: 'lab', files: written, verdicts, next }

describe('quiet', () => {
  it('leaves what went wrong, and nothing of what went well', () => {
    const left = { out: [], progress: ['inner.cfg: refused by HAProxy 3.2', '  line 3: unknown keyword'] }
    expect(genLines(result, true)).toEqual(left)
    expect(allLines(all, true)).toEqual(left)
    expect(genLines(result, false).out).toHaveLength(2)
    expect(allLines(all, false).progress.slice(-5)).toEqual([
      'Next:',
      '  mqtt-proxy check proxy --dir lab',
      'To run them, each in a terminal of its own:',
      '  mosquitto -c lab/mosquitto.conf',
      '  haproxy -f lab/haproxy.cfg',
    ])
  })

  it('leaves the text, the difference and the words of a dry run: they were asked for', () => {
    const text = { name: 'haproxy.cfg', text: 'global\n' }
    expect(genLines({ ...result, written: [], files: [text] }, true).out).toEqual(['global'])
    expect(genLines({ ...result, written: [], diff: '-a\n+b\n' }, true).out).toEqual(['-a\n+b'])
    expect(certLines([{ path: 'ca.crt', status: 'would create' }], true)).toEqual(['would create ca.crt'])
  })
})
