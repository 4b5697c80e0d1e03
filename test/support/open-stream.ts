/** What has come over a stream so far, and whether its server has ended it. */
export interface ReadStream {
  text: string;
  isOver: boolean;
}

/** Goes on reading the answer for as long as it comes. */
export function readStream(answer: Response): ReadStream {
  const stream = { text: '', isOver: false };
  const read = async () => {
    for await (const part of answer.body!) stream.text += Buffer.from(part as Uint8Array).toString('utf8');
  };
  void read()
    .catch(() => undefined)
    .finally(() => (stream.isOver = true));
  return stream;
}
