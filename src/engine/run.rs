//! The engine's loop: commands in, events out, at most one call to the district under way.

use super::{
    core::{Core, Now},
    message::{Block, Command, EnrolFailure, Event, State},
    operator::EraseTurn,
};
use crate::outbox::{Durability, Outbox, OutboxError};
use crate::platform::{self, Storage, StorageError};
use crate::sync::{Call, Expected, Http, Reply, Sender, Step, Transport};
use crate::wire::code::Code;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::{FutureExt, StreamExt, future::LocalBoxFuture, select};
use std::{path::PathBuf, time::Duration};

/// How often the loop looks at the clock and the days, at least.
const TICK: Duration = Duration::from_secs(20);
/// How often storage that failed is tried again.
const RETRY: Duration = Duration::from_secs(3);
/// Longest time that a visit keeps a call from starting: longer than any visit's silence, shorter than a queue can wait.
const VISIT: Duration = Duration::from_secs(120);

/// Where the tablet's files are and where its district is.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the files; ignored in a browser.
    pub dir: PathBuf,
    /// The district's address without a path.
    pub district: String,
}

type Running = LocalBoxFuture<'static, (Expected, Option<Reply>)>;

/// Runs until the command channel closes.
pub async fn run(config: Config, mut commands: UnboundedReceiver<Command>, events: UnboundedSender<Event>) {
    let mut engine = Engine {
        config,
        events,
        open: None,
        state: None,
        call: None,
        code: None,
        visit_until: None,
        broken: false,
        failed_at: None,
    };
    loop {
        if engine.broken {
            engine.close().await;
            platform::sleep(RETRY).await;
        }
        if engine.open.is_none() {
            engine.open().await;
        }
        let wait = engine.plan();
        match next(&mut commands, &mut engine.call, wait).await {
            Woken::Closed => return,
            Woken::Command(Command::Suspend) => {
                engine.close().await;
                if !engine.wait_for_resume(&mut commands).await {
                    return;
                }
            }
            Woken::Command(command) => engine.command(&command),
            Woken::Reply(expected, reply) => engine.took(&expected, reply),
            Woken::Timer => {}
        }
        engine.after();
        if engine.erases_now() {
            engine.erase().await;
        }
    }
}

/// What ended the wait.
enum Woken {
    Closed,
    Command(Command),
    Reply(Expected, Option<Reply>),
    Timer,
}

async fn next(commands: &mut UnboundedReceiver<Command>, call: &mut Option<Running>, wait: Duration) -> Woken {
    let reply = async {
        match call {
            Some(running) => running.await,
            None => futures_util::future::pending().await,
        }
    };
    let woken = select! {
        command = commands.next() => command.map_or(Woken::Closed, Woken::Command),
        (expected, reply) = reply.boxed_local().fuse() => Woken::Reply(expected, reply),
        () = platform::sleep(wait).boxed_local().fuse() => Woken::Timer,
    };
    if matches!(woken, Woken::Reply(..)) {
        *call = None;
    }
    woken
}

struct Engine {
    config: Config,
    events: UnboundedSender<Event>,
    open: Option<(Core, Storage, Http)>,
    state: Option<State>,
    call: Option<Running>,
    /// A code to redeem, once no call is under way.
    code: Option<String>,
    /// A citizen stands in front of the screen: no call is begun until the visit has ended, or this time. What a call
    /// costs (packing, signing, settling) would make "Cảm ơn" wait.
    visit_until: Option<Duration>,
    /// The files failed; they are closed and opened anew.
    broken: bool,
    /// When files failed last, unix time: the district is told of it at each opening, as of a failed self-test, until a
    /// later self-test could write.
    failed_at: Option<i64>,
}

impl Engine {
    fn now() -> Now {
        Now {
            wall: platform::unix_now(),
            mono: platform::monotonic(),
        }
    }

    fn send(&mut self, event: Event) {
        match &event {
            Event::State(state) if self.state.as_ref() == Some(state) => return,
            Event::State(state) => self.state = Some(state.clone()),
            _ => {}
        }
        // Nobody listens any more only when the screens are gone; the loop ends with their commands.
        let _ = self.events.unbounded_send(event);
    }

    fn tell(&mut self, state: State) {
        self.send(Event::State(state));
    }

    async fn open(&mut self) {
        let storage = match Storage::acquire(&self.config.dir).await {
            Ok(storage) => storage,
            Err(error) => return self.tell(State::Blocked(block_of(&error))),
        };
        let now = Self::now();
        let opened =
            Outbox::open(storage.dir(), now.wall, Durability::Full).and_then(|outbox| Core::new(outbox, None, now));
        match (opened, Http::new(&self.config.district)) {
            (Ok(core), Ok(http)) => {
                let state = core.state();
                self.tell(state);
                // The first screen does not wait for the browser's answer; the first header does.
                let persisted = storage.persisted().await;
                self.open = Some((core, storage, http));
                if let Some((core, _, _)) = &mut self.open {
                    core.sender.set_persisted(persisted);
                    if let Some(at) = self.failed_at {
                        core.sender.tested(vec!["storage".to_owned()], at, now.mono);
                    }
                }
                self.report_status();
            }
            _ => {
                storage.release().await;
                self.failed_at = Some(now.wall);
                self.tell(State::Blocked(Block::Storage));
            }
        }
    }

    /// Lets go of the files.
    async fn close(&mut self) {
        self.broken = false;
        self.call = None;
        if let Some((core, storage, _)) = self.open.take() {
            drop(core);
            storage.release().await;
        }
        self.state = None;
    }

    /// Waits while the page is hidden; what comes before Resume can't be kept. False: the screens are gone.
    async fn wait_for_resume(&mut self, commands: &mut UnboundedReceiver<Command>) -> bool {
        loop {
            match commands.next().await {
                None => return false,
                Some(Command::Resume) => return true,
                Some(_) => self.tell(State::Blocked(Block::Storage)),
            }
        }
    }

    /// Starts the next call if it is time for one; says how long to wait at most.
    fn plan(&mut self) -> Duration {
        let Some((core, _, http)) = &mut self.open else {
            return RETRY;
        };
        let now = Self::now();
        let tick = core.erase_wait(now.mono).map_or(TICK, |wait| wait.min(TICK));
        if self.call.is_some() {
            return tick;
        }
        if let Some(until) = self
            .visit_until
            .filter(|until| *until > now.mono && self.code.is_none())
        {
            return (until - now.mono).min(tick);
        }
        let step = match self.code.take() {
            Some(code) => Sender::enrol(&core.outbox, &code).map(|(call, expected)| Step::Call(call, expected)),
            None => core.sender.next(&mut core.outbox, now.mono, now.wall),
        };
        match step {
            Ok(Step::Call(call, expected)) => {
                self.call = Some(start(http.clone(), call, expected));
                tick
            }
            Ok(Step::Wait(wait)) => wait.min(tick),
            Err(error) => {
                self.failed(&error);
                RETRY
            }
        }
    }

    fn command(&mut self, command: &Command) {
        if let Command::Enrol { code } = command {
            match Code::parse(code) {
                Ok(code) => self.code = Some(code.grouped()),
                Err(_) => self.send(Event::EnrolFailed(EnrolFailure::Wrong)),
            }
            return;
        }
        match command {
            Command::VisitBegan | Command::Draft(_) => self.visit_until = Some(Self::now().mono + VISIT),
            Command::VisitAbandoned | Command::Cast { .. } => self.visit_until = None,
            _ => {}
        }
        let Some((core, _, _)) = &mut self.open else {
            return self.tell(State::Blocked(Block::Storage));
        };
        match core.apply(command, Self::now()) {
            Ok(events) => {
                let cast = matches!(command, Command::Cast { .. });
                // Whatever else that test found: what is said at an opening is only that files fail.
                if events.iter().any(could_write) {
                    self.failed_at = None;
                }
                events.into_iter().for_each(|event| self.send(event));
                if cast {
                    self.report_status();
                }
            }
            Err(error) => self.failed(&error),
        }
    }

    fn took(&mut self, expected: &Expected, reply: Option<Reply>) {
        let Some((core, _, _)) = &mut self.open else { return };
        match core.took(expected, reply, Self::now()) {
            Ok(events) => events.into_iter().for_each(|event| self.send(event)),
            Err(error) => self.failed(&error),
        }
    }

    fn after(&mut self) {
        let Some((core, _, _)) = self.open.as_mut().filter(|_| !self.broken) else {
            return;
        };
        if let Err(error) = core.after(Self::now()) {
            self.failed(&error);
        }
    }

    fn erases_now(&mut self) -> bool {
        let Some((core, _, _)) = self.open.as_mut().filter(|_| !self.broken) else {
            return false;
        };
        match core.erase_turn(Self::now()) {
            Ok(EraseTurn::Now) => return true,
            Ok(EraseTurn::Wait) => {}
            Ok(EraseTurn::GivenUp(events)) => events.into_iter().for_each(|event| self.send(event)),
            Err(error) => self.failed(&error),
        }
        false
    }

    /// Deletes the tablet's files; it begins anew, without a district.
    async fn erase(&mut self) {
        self.call = None;
        if let Some((core, storage, _)) = self.open.take() {
            drop(core);
            let wiped = storage.wipe();
            storage.release().await;
            if wiped.is_err() {
                self.tell(State::Blocked(Block::Storage));
            }
        }
    }

    fn report_status(&mut self) {
        if let Some((core, _, _)) = &mut self.open
            && let Ok(status) = core.status(Self::now())
        {
            self.send(Event::Status(status));
        }
    }

    /// The files failed: no thanks are shown for what could not be kept. They are opened anew in a moment.
    fn failed(&mut self, _error: &OutboxError) {
        self.broken = true;
        self.failed_at = Some(Self::now().wall);
        self.tell(State::Blocked(Block::Storage));
    }
}

fn start(http: Http, call: Call, expected: Expected) -> Running {
    async move {
        let reply = http.call(call).await;
        (expected, reply)
    }
    .boxed_local()
}

/// Whether a self-test found that the disk takes what is written.
fn could_write(event: &Event) -> bool {
    matches!(event, Event::SelfTested(found) if found.storage)
}

fn block_of(error: &StorageError) -> Block {
    match error {
        StorageError::NotSupported => Block::NoOpfs,
        StorageError::InUse => Block::SecondWindow,
        StorageError::Denied(_) => Block::Storage,
    }
}
