import Dispatch
import Foundation
import Synchronization

/// `body` for 0..<count on all cores, results in order; a body may take long, and no two threads
/// take the same index. At most one result and one image a core are in flight.
func parallelMap<Result: Sendable>(
  _ count: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  let next = Atomic(0)
  let results = Mutex<[Result?]>([Result?](repeating: nil, count: count))
  let workers = min(count, ProcessInfo.processInfo.activeProcessorCount)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { break }
      let result = body(index)
      results.withLock { $0[index] = result }
    }
    ImageCodec.endThread()
  }
  return results.withLock { $0 }.compactMap(\.self)
}
