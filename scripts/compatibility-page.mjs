/** The compatibility page from the results. */
import { deviations } from '../dist/check/deviations.js'

const row = (cells) => `| ${cells.join(' | ')} |`
const escaped = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')

/** @param results as in docs/data/compatibility.json */
export function page({ date, groups }) {
  const columns = [...new Map(groups.map((one) => [`${one.broker} ${one.haproxy}`, one])).values()]
  const ids = [...new Set(groups.map((one) => one.id))]
  const cell = (id, column) => {
    const one = groups.find(
      (each) => each.id === id && each.broker === column.broker && each.haproxy === column.haproxy,
    )
    if (one === undefined) return 'not run'
    if (one.cannot !== undefined) return 'cannot'
    const { passed, failed, skipped, deviation } = one.counts
    const more = [
      [failed, 'failed'],
      [deviation, deviation === 1 ? 'deviation' : 'deviations'],
      [skipped, 'skipped'],
    ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
    return [`${passed} passed`, ...more].join(', ')
  }
  const impossible = groups.filter((one) => one.cannot !== undefined)
  const reasons = [...new Map(impossible.map((one) => [`${one.id} ${one.cannot}`, one])).values()]
  const failures = groups.flatMap((one) =>
    one.notes
      .filter((note) => note.status === 'failed')
      .map((note) => ({ ...note, on: `${one.broker}, HAProxy ${one.haproxy}` })),
  )
  return `${[
    '# What works with what',
    '',
    'Written by `node scripts/compatibility.mjs` from the results of real runs in `docs/data/compatibility.json`; do not edit.',
    `Recorded on ${date}. Repeat any of it: \`mqtt-proxy check SCENARIO --haproxy 2.6,3.2 --broker embedded,mosquitto,rabbitmq\`.`,
    '',
    'A check that a broker is known not to meet is a *deviation*: shown in every result, not counted as a failure, and a',
    'failure as soon as the broker is mended. *cannot*: the pair can never do that, see below.',
    '',
    row(['scenario', ...columns.map((one) => `${one.broker}, HAProxy ${one.haproxy}`)]),
    row(['---', ...columns.map(() => '---')]),
    ...ids.map((id) => row([`\`${id}\``, ...columns.map((column) => cell(id, column))])),
    '',
    '`behaviour` is `mqtt-proxy check --behaviour`: reload, failing brokers, health checks, idle clients, load.',
    '',
    '## Known deviations',
    '',
    row(['broker', 'versions', 'checks', 'what happens', 'evidence']),
    row(['---', '---', '---', '---', '---']),
    ...deviations.map((one) =>
      row([
        one.broker,
        one.until === undefined ? `${one.since} and later` : `${one.since} to ${one.until}`,
        one.cases.map((id) => `\`${id}\``).join(', '),
        escaped(one.what),
        escaped(one.evidence),
      ]),
    ),
    '',
    '## What cannot be',
    '',
    ...(reasons.length === 0
      ? ['Nothing.']
      : reasons.map((one) => `- \`${one.id}\` with ${one.broker}: ${one.cannot}`)),
    '',
    ...(failures.length === 0
      ? []
      : ['## Failures', '', ...failures.map((one) => `- \`${one.id}\` on ${one.on}: ${escaped(one.text)}`), '']),
    '## What was not run',
    '',
    'VerneMQ: its files and its driver are written from measurements on 2.2.0 and tested against a stand-in for',
    '`vmq-admin`; no VerneMQ took part in these runs. With one at hand: `mqtt-proxy check --broker vernemq --broker-bin PROGRAM`.',
    'EMQX, HiveMQ, FlashMQ, Artemis, TBMQ and RMQTT: generated configuration only, from their documentation.',
  ].join('\n')}\n`
}
