/** docs/tlvs.md: every TLV that has a name, from the table that the codec and the flags follow. */

const shapes = {
  ascii: 'printable US-ASCII',
  utf8: 'text (UTF-8)',
  text: 'text',
  bytes: 'any bytes',
  own: 'a form of its own',
}

export function tlvsPage(table) {
  const lines = Object.entries(table).map(([name, row]) => {
    const { type, within, shape, clause, what, most, flag, addedBy } = row
    const cells = [
      `\`0x${type.toString(16).padStart(2, '0')}\``,
      `\`${name}\``,
      within === 'ssl' ? 'inside SSL' : 'the header',
      `${what}${most === undefined ? '' : `, at most ${most} bytes`}`,
      shapes[shape],
      clause === undefined ? 'HAProxy' : `PP ${clause}`,
      flagOf(name, within, flag?.name ?? addedBy),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `# TLVs

The parts behind the addresses of a version 2 header, in the order in which they are written. Every name is a type for
\`--tlv NAME=VALUE\` of \`header encode\` and \`send\` too. Clauses are those of HAProxy's \`doc/proxy-protocol.txt\`; "HAProxy" is its
\`include/haproxy/connection-t.h\`. A custom type (0xe0 to 0xef) is free for everyone: whose it is, the shape of the value tells.

| type | name | stands in | tells | holds | source | flag |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`
}

function flagOf(name, within, flag) {
  if (flag !== undefined) return `\`--${flag}\``
  return within === 'ssl' ? '-' : `\`--tlv ${name.toLowerCase()}=...\``
}
