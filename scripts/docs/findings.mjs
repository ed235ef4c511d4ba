/** What each finding of `probe` is about, one after the other, from the program's own table. */
export function findingsPage(codes) {
  const sections = Object.entries(codes).map(
    ([code, { summary, how, harm, fix }]) =>
      `## ${code}\n\n**${summary}**\n\n- **How it shows.** ${how}\n- **What follows.** ${harm}\n- **What to do.** ${fix}\n`,
  )
  return `# Findings of probe\n\nHow bad a finding is depends on what was seen, so the severity stands with each finding: \`CRITICAL\`, \`HIGH\`, \`MEDIUM\`, \`LOW\`,\n\`INFO\`; \`OK\` is the same question answered well, \`WARN\` could not be tested. \`--fail-on\` names the severity that fails a run.\n\n${sections.join('\n')}`
}
