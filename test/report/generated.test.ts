import { describe, expect, it } from 'vitest'
import { allLines, certLines, composeLines, genLines } from '../../src/report/generated.js'

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

describe('genLines', () => {
  it('prints texts, the difference and what was written, each without an empty line behind it', () => {
    const files = [
      { name: 'a', text: 'global\n' },
      { name: 'b', text: 'no end' },
    ]
    expect(genLines({ ...result, files, diff: '-a\n+b\n' }, false)).toEqual({
      out: ['global', 'no end', '-a\n+b', 'created lab/haproxy.cfg', 'unchanged lab/mosquitto.conf'],
      progress: [
        'haproxy.cfg: accepted by HAProxy 3.2',
        'inner.cfg: refused by HAProxy 3.2',
        '  line 3: unknown keyword',
      ],
    })
  })

  it('names no program where none has checked the file', () => {
    const unchecked = [{ file: 'x', status: 'not checked' as const, messages: ['it is not here'] }]
    expect(genLines({ ...result, verdicts: unchecked }, true).progress).toEqual(['x: not checked', '  it is not here'])
  })
})

describe('allLines', () => {
  it('prints nothing but the difference where one was asked for', () => {
    expect(allLines({ ...all, diff: '-a\n+b\n' }, false)).toEqual({ out: ['-a\n+b'], progress: [] })
    expect(allLines({ ...all, diff: '' }, false)).toEqual({ out: [], progress: [] })
  })

  it('says what is left to the user before anything else, and starts nothing that starts by itself', () => {
    const lines = allLines({ ...all, notes: ['copy the key'], verdicts: [], next: { ...next, start: [] } }, false)
    expect(lines.progress).toEqual(['copy the key', 'Next:', '  mqtt-proxy check proxy --dir lab'])
    const { next: _, ...without } = all
    expect(allLines({ ...without, verdicts: [] }, false).progress).toEqual(['Next:'])
  })
})

describe('composeLines', () => {
  it('ends with commands that can be pasted', () => {
    expect(composeLines({ ...all, verdicts: [] }, false).progress).toEqual([
      'Next:',
      '  docker compose -f lab/compose.yaml up --detach --wait',
      '  docker compose -f lab/compose.yaml run --rm check',
    ])
    expect(composeLines({ ...all, verdicts: [] }, true).progress).toEqual([])
  })
})

describe('certLines', () => {
  it('sets the facts of certificates in a column, and leaves other files as they are', () => {
    const files = [
      { path: 'ca.crt', status: 'created' as const, subject: 'CN=ca', until: '2027-11-27' },
      {
        path: 'server-with-a-name.crt',
        status: 'created' as const,
        subject: 'CN=s',
        san: 'DNS:s',
        until: '2027-01-01',
      },
      { path: 'server.key', status: 'created' as const },
    ]
    expect(certLines(files, false)).toEqual([
      'created ca.crt                  CN=ca  until 2027-11-27',
      'created server-with-a-name.crt  CN=s  DNS:s  until 2027-01-01',
      'created server.key',
    ])
    expect(certLines(files, true)).toEqual([])
  })
})
