/** The command as a processing instruction: XML forbids two hyphens in a comment, which its options have. */
export function prologue([command, ...notes]: readonly string[]): string[] {
  return [`<?generated-by ${command}?>`, ...notes.map((note) => `<!-- ${note} -->`)]
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
