/** The conformance page from the results. */
import { conformanceCases } from '../dist/conformance/catalogue.js'
import { expectation } from '../dist/conformance/judge.js'
import { sectionOf, sections } from '../dist/conformance/types.js'

const marks = { passed: '✔', failed: '✖', skipped: '–', unknown: '?', 'non-strict': '~' }
const titles = {
  pp1: 'Version 1',
  pp2: 'Version 2',
  'pp2/tlv': 'TLVs',
  'pp2/ssl': 'The SSL TLV',
  split: 'Headers in pieces',
  limits: 'Sizes',
  time: 'Time',
}

/** @param results as in docs/data/conformance, in the order of the columns */
export function page(results) {
  const lines = [
    '# How receivers read PROXY headers',
    '',
    'Written by `node scripts/conformance.mjs` from the results in `docs/data/conformance/`; do not edit. Every case is',
    'one connection: a header, an MQTT CONNECT behind it, and a good client right afterwards. What the receiver takes',
    'for the client is read from the log of the broker (for HAProxy: from the header it sends to the broker behind it).',
    'Repeat any of it with `mqtt-proxy conformance HOST:PORT --select CASE`.',
    '',
    '✔ as the specification (`PP`, HAProxy’s `doc/proxy-protocol.txt`) requires · ~ legal, but not as recommended · ✖ not legal, or',
    'accepted with a wrong client · – not asked, the receiver does not read that version',
    '',
    'The listeners below demand neither TLS nor a certificate; one that does is asked with `--tls` or `--cn`. Mosquitto',
    '2.1.2 with `require_certificate` and `use_identity_as_username` fails one case more then, `pp2/ssl/cn-nul`: it cuts',
    'the common name at a NUL, so that `ali\\0ce` has the rights of `ali` (`test/stories/conformance/strict.e2e.test.ts`).',
    '',
    '| receiver | version | configuration | date | ✔ | ~ | ✖ | – |',
    '|---|---|---|---|---|---|---|---|',
    ...results.map(({ name, version, how, date, stats }) =>
      row([
        name,
        version,
        `\`${how}\``,
        date,
        stats.passed,
        stats.nonStrict,
        stats.failed + stats.unknown,
        stats.skipped,
      ]),
    ),
  ]
  for (const section of sections) {
    const cases = conformanceCases.filter(({ id }) => sectionOf(id) === section)
    lines.push('', `## ${titles[section]}`, '')
    lines.push(row(['case', 'level', 'legal', ...results.map(({ name }) => name)]))
    lines.push(row(['---', '---', '---', ...results.map(() => '---')]))
    for (const one of cases) {
      const cells = results.map(({ cases }) => cell(cases.find(({ id }) => id === one.id)))
      const head = `\`${one.id}\` ${one.title}`
      lines.push(row([head, `${one.level.toUpperCase()} PP ${one.clause}`, expectation(one), ...cells]))
    }
  }
  lines.push('', '## What went wrong', '')
  for (const { name, cases } of results) {
    const bad = cases.filter(({ status }) => status === 'failed' || status === 'unknown')
    if (bad.length === 0) continue
    lines.push(`**${name}**`, '', ...bad.map(({ id, reason }) => `- \`${id}\`: ${text(reason)}`), '')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

function cell(result) {
  if (!result) return ''
  return result.status === 'skipped' ? marks.skipped : `${marks[result.status]} ${result.actual.split(' ')[0]}`
}

function row(cells) {
  return `| ${cells.map(text).join(' | ')} |`
}

function text(value) {
  return String(value).replaceAll('|', '\\|').replaceAll('\n', ' ')
}
