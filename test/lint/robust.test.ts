import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCuttlefish } from '../../src/brokers/cuttlefish.js'
import { parseMosquitto } from '../../src/brokers/mosquitto/parse.js'
import { renderEntries } from '../../src/config/entries.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { newestRelease } from '../../src/config/haproxy/release.js'
import { renderHaproxy } from '../../src/config/haproxy/render.js'
import { fixAll } from '../../src/lint/fix.js'
import { lint } from '../../src/lint/run.js'
import { readWorkspace, type SourceFile } from '../../src/lint/workspace.js'

const words = fc.constantFrom(
  ...'global defaults frontend backend listen bind server mode http tcp timeout client server 60s *:1883 :8883 127.0.0.1:1884'.split(
    ' ',
  ),
  ...'check send-proxy send-proxy-v2-ssl-cn proxy-v2-options ssl crt /c verify required default_backend use_backend mqtt b'.split(
    ' ',
  ),
  ...'option tcp-check connect send-binary expect on-marked-down shutdown-sessions accept-proxy unix@/s default-server from'.split(
    ' ',
  ),
  ...'listener 1883 1884 enable_proxy_protocol 1 2 true allow_anonymous require_certificate use_identity_as_username port'.split(
    ' ',
  ),
  ...'listener.tcp.a listener.tcp.a.proxy_protocol = on off mqtt.listeners.tcp.1 mqtt.proxy_protocol include_dir'.split(
    ' ',
  ),
  '"',
  "'",
  '\\',
  '#',
  '${X}',
  '.if',
  '.if version_atleast(3.1)',
  '.if ((defined(X) && !0) || feature(Y))',
  '.elif',
  '.else',
  '.endif',
  '\nglobal\n setenv X 1884\n',
  '\nglobal\n resetenv\n',
  '"$X"',
  '$X',
  '${X-1}',
  '"${',
  'nbproc 1',
  '\ufeff',
  '\0',
  '\r',
  '\r\n',
  '\f',
  '\u00e9',
  '\t',
  '0 /s',
  "'a b'",
  '\nfrontend f\n bind :1885\n',
  '\nbackend ',
  '\ndefaults d\n',
)
const line = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(' '))
const text = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(line, { maxLength: 25 }), fc.constantFrom('\n', '', '\r\n'))
  .map(([begin, lines, end]) => `${begin}${lines.join('\n')}${end}`)

const files = (haproxy: string, broker: string, dialect: SourceFile['dialect']): readonly SourceFile[] => [
  { path: 'h.cfg', text: haproxy, dialect: 'haproxy' },
  { path: 'b.conf', text: broker, dialect },
]

it('no text whatever makes a parser or a rule throw, and every finding lies inside its file', () => {
  fc.assert(
    fc.property(text, text, fc.constantFrom('mosquitto', 'vernemq', 'rabbitmq'), (haproxy, broker, dialect) => {
      const { input, pragmas } = readWorkspace(files(haproxy, broker, dialect as SourceFile['dialect']), {
        release: newestRelease,
      })
      for (const one of lint({ ...input, keepalive: 60, now: 0 }, pragmas)) {
        const lines = (one.at.file === 'h.cfg' ? haproxy : broker).split('\n')
        expect(one.at.line).toBeLessThanOrEqual(lines.length)
        expect(one.at.column ?? 1).toBeLessThanOrEqual((lines[(one.at.line ?? 1) - 1]?.length ?? 0) + 1)
      }
    }),
    { numRuns: 400 },
  )
})

/** What is left with an edit of its own after every edit was made. */
function leftWithEdits(haproxy: string, broker: string): readonly string[] {
  const again = (texts: ReadonlyMap<string, string>) => {
    const now = files(texts.get('h.cfg') ?? '', texts.get('b.conf') ?? '', 'mosquitto')
    const { input, pragmas } = readWorkspace(now, { release: newestRelease })
    return lint({ ...input, keepalive: 60, now: 0 }, pragmas)
  }
  const start = new Map([
    ['h.cfg', haproxy],
    ['b.conf', broker],
  ])
  return fixAll(start, again)
    .remaining.filter((one) => (one.fix?.edits?.length ?? 0) > 0)
    .map((one) => `${one.at.file}:${one.at.line} ${one.code} ${one.fix?.text}`)
}

it('fixing ends, and what it leaves has no fix of its own', () => {
  fc.assert(
    fc.property(text, text, (haproxy, broker) => {
      expect(leftWithEdits(haproxy, broker)).toEqual([])
    }),
    { numRuns: 200 },
  )
})

it.each(['', "''", "'a b'", '"', 'a\\ b', '#', '${X}', '"$X"'])(
  'fixing ends beside a backend with the name <%s>',
  (name) => {
    const route = ['', ' default_backend a\n', ' use_backend ax if { src 10.0.0.0/8 }\n']
    for (const lines of route) {
      expect(leftWithEdits(`global\nfrontend f\n bind :1883\n${lines}backend ${name}\n`, '')).toEqual([])
    }
  },
)

it('files come out of their parsers as they went in', () => {
  fc.assert(
    fc.property(text, (content) => {
      for (const parse of [parseMosquitto, parseCuttlefish]) {
        expect(renderEntries(parse(content, 'f').document)).toBe(content)
      }
      expect(renderHaproxy(parseHaproxy(content, 'f', { release: newestRelease }).document)).toBe(content)
    }),
  )
})

it('time grows with the length of a file, whatever is in it', () => {
  const block = `listen l
  bind 127.0.0.1:1883 # "$X
.if version_atleast(3.0) && (defined(P) || !feature(X))
  server s 10.0.0.1:\${P} check "\${Q-1}" \r
.elif ((((0))))
global
  setenv P 1884
  nbproc "\r\r\r\r
.endif
`
  const took = (count: number) => {
    const content = block.repeat(count)
    // Time of the processor: other programs of the machine are none of this.
    const start = process.cpuUsage()
    parseHaproxy(content, 'f', { release: newestRelease })
    const { user, system } = process.cpuUsage(start)
    return Math.max(1, user + system)
  }
  took(300)
  const least = (count: number) => Math.min(...Array.from({ length: 6 }, () => took(count)))
  // Ten times the lines: far less than the hundredfold time of a reader that looks back over what it has read.
  expect(least(5000) / least(500)).toBeLessThan(40)
})
