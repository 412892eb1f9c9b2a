import { useStore } from '../lib/use-store.ts';
import { useShop } from '../shop.ts';

export function Header() {
  const { account } = useShop();
  const config = useStore(account.config);
  const problem = useStore(account.problem);
  return (
    <header>
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#4338ca" />
        <path d="M18 4 7 18h7l-2 10 12-15h-7z" fill="#fbbf24" />
      </svg>
      {/* The build puts the project's name there. */}
      <h1>{document.title}</h1>
      {config && config.stage !== 'prod' && <span class="stage">{config.stage}</span>}
      <AccountMenu />
      {problem && (
        <p class="account-problem" role="alert">
          {problem}
        </p>
      )}
    </header>
  );
}

function AccountMenu() {
  const { account, sessions } = useShop();
  const session = useStore(sessions.current);
  const busy = useStore(account.busy);
  const ready = useStore(account.config) !== undefined && !busy;
  if (!session)
    return (
      <div class="account" key="out">
        <button type="button" class="quiet" aria-disabled={!ready} onClick={() => account.signIn()}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </div>
    );
  return (
    <div class="account" key="in">
      <span class="customer" title={session.name}>
        <span class="visually-hidden">Signed in as </span>
        {session.name}
      </span>
      <button type="button" class="quiet" onClick={() => account.signOut()}>
        Sign out
      </button>
    </div>
  );
}
