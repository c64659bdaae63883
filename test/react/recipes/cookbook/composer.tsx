import { useWsReducer, useWsRequest } from 'everwire';
import { chat, type Post } from './chat.ts';

type Shown = Post & { readonly state: 'sending' | 'sent' | 'failed' };

const put = (posts: readonly Shown[], post: Shown): readonly Shown[] =>
  posts.some(({ id }) => id === post.id)
    ? posts.map((known) => (known.id === post.id ? post : known))
    : [...posts, post];

/** Shows a post before the server has it. The id is made here, so that the event about it is recognised. */
export function Conversation({ room, user }: { readonly room: string; readonly user: string }) {
  const request = useWsRequest({ service: chat });
  const [posts, { add, fail }] = useWsReducer(
    'posted',
    (posts: readonly Shown[], { data }) =>
      data.room === room ? put(posts, { ...data, state: 'sent' }) : posts,
    [],
    {
      service: chat,
      actions: {
        add: (posts, post: Post) => put(posts, { ...post, state: 'sending' }),
        // The event may have come although the reply was lost.
        fail: (posts, { id }: Post) =>
          posts.map((post) =>
            post.id === id && post.state === 'sending' ? { ...post, state: 'failed' } : post,
          ),
      },
    },
  );
  const send = (post: Post): void => {
    add(post);
    request('post', post).catch(() => fail(post));
  };
  const say = (form: FormData): void =>
    send({ id: crypto.randomUUID(), room, user, text: String(form.get('text')) });
  return (
    <>
      <ol>
        {posts.map((post) => (
          <li key={post.id} data-state={post.state}>
            {post.text}
            {post.state === 'failed' && (
              <button type="button" onClick={() => send(post)}>
                Send again
              </button>
            )}
          </li>
        ))}
      </ol>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say(new FormData(event.currentTarget));
          event.currentTarget.reset();
        }}
      >
        <input name="text" aria-label="Message" required />
        <button type="submit">Send</button>
      </form>
    </>
  );
}
