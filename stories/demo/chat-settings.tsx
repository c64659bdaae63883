/** A form to choose the chat's server and user. Its values are applied together. */
import { type FormEvent, useState } from 'react';

export interface ChatChoice {
  readonly name: string;
  readonly server: 'page' | 'real';
  /** Of the real server. */
  readonly address: string;
}

const DEFAULT_ADDRESS = 'ws://127.0.0.1:6007';

/** `?server=ws://…` in the address of the story's frame chooses a real server, `?name=…` a name. */
export function initialChoice(): ChatChoice {
  const query = new URLSearchParams(window.location.search);
  const asked = query.get('server');
  const configured: unknown = import.meta.env['STORYBOOK_CHAT_URL'];
  return {
    name: query.get('name') ?? 'Sam',
    server: asked === null ? 'page' : 'real',
    address: asked ?? (typeof configured === 'string' && configured !== '' ? configured : DEFAULT_ADDRESS),
  };
}

export interface ChatSettingsProps {
  readonly applied: ChatChoice;
  readonly onApply: (choice: ChatChoice) => void;
}

export function ChatSettings({ applied, onApply }: ChatSettingsProps) {
  const [choice, setChoice] = useState(applied);
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    onApply({ ...choice, name: choice.name.trim() === '' ? 'Guest' : choice.name.trim() });
  };
  return (
    <form className="chat-settings" onSubmit={apply}>
      <div className="field">
        <label htmlFor="chat-name">Your name</label>
        <input
          id="chat-name"
          className="input"
          autoComplete="off"
          maxLength={20}
          value={choice.name}
          onChange={(event) => setChoice({ ...choice, name: event.target.value })}
        />
      </div>
      <fieldset className="field">
        <legend>Server</legend>
        <div className="choices">
          <label className="choice">
            <input
              type="radio"
              name="chat-server"
              checked={choice.server === 'page'}
              onChange={() => setChoice({ ...choice, server: 'page' })}
            />
            In this page
          </label>
          <label className="choice">
            <input
              type="radio"
              name="chat-server"
              checked={choice.server === 'real'}
              onChange={() => setChoice({ ...choice, server: 'real' })}
            />
            A real server
          </label>
        </div>
      </fieldset>
      <div className="field">
        <label htmlFor="chat-address">Address of the real server</label>
        <input
          id="chat-address"
          className="input"
          autoComplete="off"
          spellCheck={false}
          disabled={choice.server === 'page'}
          value={choice.address}
          onChange={(event) => setChoice({ ...choice, address: event.target.value })}
        />
      </div>
      <button type="submit" className="button">
        Join
      </button>
    </form>
  );
}
