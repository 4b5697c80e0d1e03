/** Where the handbook says what to do about a question. `code`: of an attention, or a state that has a section of its own. */
export function HandbookLink({ code }: { code: string }) {
  return (
    <p class="quiet">
      <a href={`/handbuch#${code}`}>Im Handbuch nachschlagen: was tun, wen anrufen?</a>
    </p>
  );
}
