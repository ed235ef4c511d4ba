/** The compatibility page from the results. */
import { brokerKinds, brokerOf } from '../dist/brokers/index.js'

const row = (cells) => `| ${cells.join(' | ')} |`
const escaped = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')

const listed = (ids) => [...new Set(ids)].map((id) => `\`${id}\``).join(', ')

/** Results of one pair of programs. */
export function columnsOf(groups) {
  return [...new Map(groups.map((one) => [`${one.broker} ${one.haproxy}`, one])).values()]
}

/** What came of one scenario, in a cell. */
export function cellOf(groups, id, column) {
  const one = groups.find((each) => each.id === id && each.broker === column.broker && each.haproxy === column.haproxy)
  if (one === undefined) return 'not run'
  if (one.cannot !== undefined) return 'cannot'
  // Results recorded earlier have no count of what was not known.
  const { passed, failed, skipped, deviation, unknown = 0 } = one.counts
  const more = [
    [failed, 'failed'],
    [unknown, 'unknown'],
    [deviation, deviation === 1 ? 'deviation' : 'deviations'],
    [skipped, 'skipped'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
  return [`${passed} passed`, ...more].join(', ')
}

/** On what a column rests: never a stand-in without the word. */
export function basisOf(groups, column) {
  const own = groups.filter((one) => one.broker === column.broker && one.haproxy === column.haproxy)
  const dates = [...new Set(own.map((one) => one.date))].sort()
  const date = dates.length === 1 ? dates[0] : `${dates[0]} to ${dates.at(-1)}`
  return own.some((one) => one.standIn) ? `${date}, **stand-in, not the program**` : date
}

/** @param results as in docs/data/compatibility.json */
export function page({ groups }) {
  const columns = columnsOf(groups)
  const ids = [...new Set(groups.map((one) => one.id))]
  const impossible = groups.filter((one) => one.cannot !== undefined)
  const reasons = new Map()
  for (const { id, broker, cannot } of impossible) {
    const reason = `with ${broker}: ${cannot}`
    reasons.set(reason, [...(reasons.get(reason) ?? []), id])
  }
  const failures = groups.flatMap((one) =>
    one.notes
      .filter((note) => note.status === 'failed' || note.status === 'unknown')
      .map((note) => ({ ...note, on: `${one.broker}, HAProxy ${one.haproxy}` })),
  )
  const deviations = brokerKinds.flatMap((kind) =>
    (brokerOf(kind).deviations ?? []).map((one) => ({ ...one, broker: kind })),
  )
  const recorded = new Set(groups.flatMap((one) => (one.standIn ? [] : [one.broker.split(' ')[0]])))
  const written = brokerKinds.filter((kind) => !recorded.has(kind))
  return `${[
    '# What works with what',
    '',
    'Written by `node scripts/compatibility.mjs` from the results of runs in `docs/data/compatibility.json`; do not edit.',
    'Repeat any of it: `mqtt-proxy check SCENARIO --haproxy 2.6,3.2 --broker embedded,mosquitto,rabbitmq@3.10,rabbitmq@4`.',
    'Each broker has [a page of its own](brokers/README.md).',
    '',
    'A check that a broker is known not to meet is a *deviation*: shown in every result, not counted as a failure, and a',
    'failure as soon as the broker meets it. *cannot*: the pair can never do that, see below. A column that says **stand-in**',
    'shows that our driver works with what was measured of that broker; it is no run of the broker.',
    '',
    row(['scenario', ...columns.map((one) => `${one.broker}, HAProxy ${one.haproxy}`)]),
    row(['---', ...columns.map(() => '---')]),
    row(['recorded', ...columns.map((column) => basisOf(groups, column))]),
    ...ids.map((id) => row([`\`${id}\``, ...columns.map((column) => cellOf(groups, id, column))])),
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
    ...(reasons.size === 0 ? ['Nothing.'] : [...reasons].map(([reason, all]) => `- ${listed(all)} ${reason}`)),
    '',
    ...(failures.length === 0
      ? []
      : [
          '## Failures, and what could not be told',
          '',
          ...failures.map((one) => `- \`${one.id}\` on ${one.on}: ${escaped(one.text)}`),
          '',
        ]),
    '## What was not run',
    '',
    ...written.map((kind) => {
      const { name, run, support } = brokerOf(kind)
      const from =
        support.basis?.measuredOn === undefined
          ? 'written from its documentation'
          : `written from measurements on ${support.basis.measuredOn}`
      const instead = groups.some((one) => one.standIn && one.broker.startsWith(`${kind} `))
        ? ' What stands in its column is the run of a stand-in.'
        : ''
      const how =
        run === undefined
          ? ''
          : ` With the program at hand: \`mqtt-proxy check --broker ${kind} --broker-bin PROGRAM\`.`
      return `- ${name}: never run here. Its configuration is ${from}.${instead}${how}`
    }),
  ].join('\n')}\n`
}
