//! What threads that wait for the host have to tell the thread that runs the machine.
//!
//! Invariant: it is bounded. A thread that reads faster than the program waits; a request to stop never does.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How many messages wait at most.
const ROOM: usize = 16;

/// A message.
pub(super) enum Message {
    /// What was read for the console in a slot; nothing is the end.
    Input(usize, io::Result<Vec<u8>>),
    /// The keys are to be explained.
    Help,
    /// Whoever waits is to look whether the run is stopped.
    Wake,
}

/// The end of a thread that waits for the host.
#[derive(Clone)]
pub(super) struct Sender {
    messages: SyncSender<Message>,
    stopped: Arc<AtomicBool>,
}

impl Sender {
    /// A queue.
    pub(super) fn new() -> (Sender, Receiver<Message>) {
        let (messages, receiver) = sync_channel(ROOM);
        let stopped = Arc::default();
        (Sender { messages, stopped }, receiver)
    }

    /// Waits until there is room. Whether anybody is there to hear it.
    pub(super) fn send(&self, message: Message) -> bool {
        self.messages.send(message).is_ok()
    }

    /// Does not wait; without room the message is lost.
    pub(super) fn try_send(&self, message: Message) {
        let _ = self.messages.try_send(message);
    }

    /// Stops the run.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Without room nobody waits.
        self.try_send(Message::Wake);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}
