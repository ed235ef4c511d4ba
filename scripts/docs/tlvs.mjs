/** docs/tlvs.md: every TLV that has a name, from the table that the codec and the flags follow. */

const shapes = {
  ascii: 'printable US-ASCII',
  utf8: 'text (UTF-8)',
  text: 'text',
  bytes: 'any bytes',
  own: 'its own format',
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

TLVs follow the addresses of a version 2 header. The table lists them in the order in which they are written. Every name is a type for
\`--tlv NAME=VALUE\` of \`header encode\` and \`send\` too. Clauses are those of HAProxy's \`doc/proxy-protocol.txt\`; "HAProxy" is its
\`include/haproxy/connection-t.h\`. Anyone may use a custom type (0xe0 to 0xef); the shape of the value shows who wrote it.

| type | name | place | meaning | value | source | flag |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`
}

function flagOf(name, within, flag) {
  if (flag !== undefined) return `\`--${flag}\``
  return within === 'ssl' ? '-' : `\`--tlv ${name.toLowerCase()}=...\``
}
