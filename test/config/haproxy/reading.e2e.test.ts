import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HaproxyLine } from '../../../src/config/haproxy/document.js'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { checkHaproxyConfig, haproxyFacts } from '../../../src/host/haproxy/haproxy.js'
import { findProgram } from '../../../src/host/process/programs.js'
import type { HaproxyFacts } from '../../../src/host/types.js'

/** What HAProxy reads is what we read: each `.notice` that it prints is a line of ours that counts, in the same words. */

const proxies = `defaults
  mode tcp
  timeout connect 5s
  timeout client 200s
  timeout server 200s
listen m
  bind 127.0.0.1:21883
  server a 127.0.0.1:1884
`
let work: string
let facts: HaproxyFacts

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'mqtt-proxy-reading-'))
  facts = await haproxyFacts((await findProgram('haproxy')).program)
})

afterAll(async () => {
  await rm(work, { recursive: true, force: true })
})

/** `line: message` of each notice that HAProxy prints, and whether it takes the file. */
async function byHaproxy(text: string) {
  const file = join(work, 'h.cfg')
  await writeFile(file, text)
  const { ok, messages } = await checkHaproxyConfig(facts.program, [file])
  const notices = messages.flatMap(({ severity, text: said }) => {
    const match = /parsing \[[^\]]*:(\d+)\]: '(.*)'\.$/s.exec(said)
    return severity === 'NOTICE' && match !== null ? [`${match[1]}: ${match[2]}`] : []
  })
  return { ok, notices, said: messages.map((one) => one.text) }
}

function byUs(text: string) {
  const { document, problems } = parseHaproxy(text, join(work, 'h.cfg'), {
    env: (name) => process.env[name],
    release: facts,
  })
  const lines: HaproxyLine[] = [
    ...document.preamble,
    ...document.sections.flatMap((section) => [section.header, ...section.lines]),
  ]
  const notices = lines.flatMap(({ words, active, span }) =>
    words[0]?.text === '.notice' && active === undefined ? [`${span.line}: ${words[1]?.text ?? ''}`] : [],
  )
  return { notices, problems, undecided: lines.filter((one) => one.active === 'maybe').length }
}

const atom = fc.constantFrom(
  '0',
  '1',
  '-2',
  'version_atleast(2.6)',
  'version_before(3.1)',
  'version_atleast(3.2-dev5)',
  'version_atleast(99)',
  'defined(HOME)',
  'defined(MQTT_PROXY_NOBODY_SETS)',
  'feature(OPENSSL)',
  'feature(QUIC)',
  'feature(NOSUCH)',
  'streq("$A",one)',
  'strneq("$A","${B}")',
  'streq(x, x)',
  'openssl_version_atleast(3.0.18)',
  'openssl_version_before(3.5.0)',
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', ' && ', '||', ' || '), tie('expression'))
      .map((one) => one.join('')),
    tie('expression').map((one) => `(${one})`),
    fc.tuple(fc.constantFrom('!', '! ', '!!'), tie('expression')).map(([sign, one]) => `${sign}(${one})`),
    fc.tuple(fc.constant('!'), atom).map((one) => one.join('')),
  ),
}))

describe('conditions', () => {
  it('are decided as HAProxy decides them', async () => {
    const blocks = fc.sample(fc.tuple(expression, expression), { numRuns: 150, seed: 7 }).map(
      ([first, second], index) => `.if ${first}
.notice "${index} if"
  .if ${second}
.notice "${index} inner"
  .endif
.elif ${second}
.notice "${index} elif"
.else
.notice "${index} else"
.endif
`,
    )
    const text = `global\n  setenv A one\n  setenv B two\n${blocks.join('')}${proxies}`
    const theirs = await byHaproxy(text)
    expect(theirs.said.filter((one) => /condition/.test(one))).toEqual([])
    expect(theirs.notices.length).toBeGreaterThan(150)
    const ours = byUs(text)
    expect(ours.notices).toEqual(theirs.notices)
    expect(ours.undecided).toBe(0)
  })
})

describe('variables', () => {
  it('are set, kept, taken away and expanded as HAProxy does', async () => {
    const text = `global
  setenv A 1884
  presetenv A 1
  presetenv P "p-\${A}"
  setenv Q '\${A}'
.if 0
  setenv A wrong
.endif
.notice "$A \${A} \${A-x} \${P} \${Q}"
.notice '$A'
.notice $A
.notice "a\\$A\\x41\\ \\#"
.notice a\\ b\\#c
.notice "\${MQTT_PROXY_NOBODY_SETS-d e}"
.notice "\${.LINE} \${.SECTION}"
  unsetenv A
.notice "[\${A-gone}]"
  setenv K 1
  setenv L 2
  resetenv K
.notice "[$K] [\${L-gone}] [\${HOME-gone}]"
${proxies}`
    const theirs = await byHaproxy(text)
    expect(theirs.ok).toBe(true)
    expect(byUs(text).notices).toEqual(theirs.notices)
    expect(theirs.notices).toHaveLength(9)
  })
})

/** What HAProxy passes over in silence, or says as a consequence. */
const follows: ReadonlySet<string> = new Set(['outside-section', 'carriage-return'])

describe('what HAProxy refuses before it looks at keywords, we call a problem, and nothing else', () => {
  const listen = 'listen m\n  bind 127.0.0.1:21883\n  server a 127.0.0.1:1884\n'
  const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(' ')
  it.each([
    ['a byte order mark', `\ufeff${proxies}`, 'byte-order-mark'],
    ['a NUL byte in a comment', `# a\0b\n${proxies}`, 'nul-byte'],
    ['a NUL byte in a word', `global\n  description a\0b\n${proxies}`, 'nul-byte'],
    ['an unclosed double quote', `global\n  description "abc\n${proxies}`, 'unclosed-quote'],
    ['an unclosed single quote', `global\n  description 'abc\n${proxies}`, 'unclosed-quote'],
    ['a quote closed behind a carriage return', `global\n  description "a\rb"\n${proxies}`, 'unclosed-quote'],
    ['an unclosed quote in a branch not taken', `.if 0\n  x "abc\n.endif\n${proxies}`, 'unclosed-quote'],
    ['no line feed at the end', proxies.trimEnd(), 'no-final-newline'],
    ['a last comment without a line feed', `${proxies}# end`, 'no-final-newline'],
    ['a last CR without a line feed', `${proxies}# end\r`, 'no-final-newline'],
    ['65 words', `global\n  description ${words(64)}\n${proxies}`, 'too-many-words'],
    ['65 words in a branch not taken', `.if 0\n  x ${words(64)}\n.endif\n${proxies}`, 'too-many-words'],
    ['a $ without a name in double quotes', `global\n  description "^a$"\n${proxies}`, 'bad-variable'],
    ['a brace that is not closed', `global\n  description "\${A"\n${proxies}`, 'bad-variable'],
    ['a keyword before any section', `mode tcp\n${proxies}`, 'outside-section'],
    ['an .if that is never closed', `.if 1\n${proxies}`, 'condition'],
    ['an .endif alone', `.endif\n${proxies}`, 'condition'],
    ['two .else', `.if 1\n.else\n.else\n.endif\n${proxies}`, 'condition'],
    ['an .elif behind .else', `.if 0\n.else\n.elif 1\n.endif\n${proxies}`, 'condition'],
    ['a word that is no condition', `.if true\n.endif\n${proxies}`, 'condition'],
    ['something behind a condition', `.if 1 1\n.endif\n${proxies}`, 'condition'],
    ['a predicate without its second argument', `.if streq(a)\n.endif\n${proxies}`, 'condition'],
    ['an unknown directive', `.include x\n${proxies}`, 'condition'],
    ['an alert', `.alert "not here"\n${proxies}`, 'condition'],
    ['CRLF', proxies.replaceAll('\n', '\r\n'), undefined],
    ['64 words', `global\n  description ${words(63)}\n${proxies}`, undefined],
    ['70,000 characters', `global\n  description ${'a'.repeat(70_000)}\n${proxies}`, undefined],
    [
      'form feeds and vertical tabs as blanks',
      `global\n\f  maxconn\v100\n${proxies}${listen.replace('m', 'n').replace('21883', '21884')}`,
      undefined,
    ],
    ['bytes above 127', `global\n  description caf\u00e9\n${proxies}`, undefined],
    ['a condition that is wrong in a branch not taken', `.if 0\n.if nosuch()\n.endif\n.endif\n${proxies}`, undefined],
    ['a section in a branch not taken', `.if 0\nglobal\n  maxconn x\n.endif\n${proxies}`, undefined],
    ['a $ in single quotes', `global\n  description '^a$'\n${proxies}`, undefined],
  ])('%s', async (_, text, code) => {
    expect((await byHaproxy(text)).ok).toBe(code === undefined)
    const { problems } = byUs(text)
    expect(problems.map((one) => one.code).filter((one) => one === code || !follows.has(one))).toEqual(
      code === undefined ? [] : [code],
    )
  })
})
