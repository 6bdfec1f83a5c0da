import CommandLineKit
import Foundation
import Glean

struct StudySubmit: Command {
  static let configuration = CommandConfiguration(
    name: "submit", abstract: "Write the script that spreads a study over a cluster.",
    discussion: """
      The script submits an array of tasks, each of which makes one shard of the runs into a folder of \
      its own, and a job that joins them when all are done. Nothing is submitted here. Submitted again, \
      it goes on from the runs that are made. The file must give steps or epochs, since each machine \
      would measure its own, and a precision where their processors differ.
      """,
    examples: [
      ("glean study submit study.json5 --slurm", "Writes glean-study-NAME.sh."),
      (
        "glean study submit study.json5 --slurm --shards 16 --time 8:00:00 --gpus 1",
        "Sixteen tasks of at most eight hours, a GPU each."
      ),
    ])

  @Argument(help: "A study file: see 'glean study init'.", completion: .file) var file: String
  @Flag(help: "For Slurm.") var slurm = false
  @Option(help: "Tasks, each with its part of the runs.") var shards = 4
  @Option(help: "The most time of a task, as Slurm takes it.") var time = "24:00:00"
  @Option(help: "Processors of a task.") var cpus = 4
  @Option(help: "GPUs of a task.") var gpus = 0
  @Option(help: "Where tasks run; by default Slurm's own choice.") var partition: String?
  @Option(help: "Folder of the study; by default glean-study-NAME.", completion: .folder)
  var out: String?
  @Option(help: "The script; by default glean-study-NAME.sh.", completion: .file)
  var script: String?
  @Flag(help: "Print the script instead of writing it.") var print = false

  func validate() throws {
    if !slurm { throw UsageError("give --slurm, the one scheduler that Glean writes scripts for") }
    for (name, value, least) in [("shards", shards, 1), ("cpus", cpus, 1), ("gpus", gpus, 0)]
    where value < least {
      throw UsageError("--\(name) is \(value); give \(least) or more")
    }
    if time.firstMatch(of: /^(\d+-)?\d+(:\d+){0,2}$/) == nil {
      throw UsageError("--time is '\(time)'; give it as 4:00:00 or 1-12:00:00")
    }
    if let script { try checkFolder(of: script) }
  }

  func run() throws {
    let study = try studyFile(file)
    for part in try misuse({ try study.parts() }) where part.budget == nil {
      throw UsageError(
        "\(file): set \(part.set) has neither steps nor epochs, and each machine would measure its "
          + "own; give one: steps: 200")
    }
    let text = slurmScript(study)
    if self.print {
      Swift.print(text, terminator: "")
      return
    }
    let path = script ?? "glean-study-\(study.name).sh"
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw StudyError.file("\(path): cannot be written (\(error.localizedDescription))")
    }
    Swift.print(path)
    note("Submit it: bash \(ShellWord.quoted(path))")
  }

  /// A script that submits itself: without an argument it is run by hand, with one by Slurm.
  private func slurmScript(_ study: StudyFile) -> String {
    func absolute(_ path: String) -> String {
      ShellWord.quoted(URL(filePath: path).standardizedFileURL.path)
    }
    let folder = URL(filePath: out ?? "glean-study-\(study.name)").standardizedFileURL.path
    let program = Bundle.main.executableURL?.path ?? CommandLine.arguments[0]
    var settings = ["--job-name=\(ShellWord.quoted("glean-\(study.name)"))"]
    if let partition { settings.append("--partition=\(ShellWord.quoted(partition))") }
    let shard = settings + ["--time=\(time)", "--cpus-per-task=\(cpus)"]
    let tasks = shard + (gpus > 0 ? ["--gres=gpu:\(gpus)"] : [])
    return """
      #!/bin/bash
      # Written by 'glean study submit'. 'bash THIS' submits \(shards) tasks, one shard of the study
      # each, and a job that joins them when all are done. Submitted again, it goes on.
      set -euo pipefail
      glean=\(absolute(program))
      study=\(absolute(file))
      out=\(ShellWord.quoted(folder))
      shards=\(shards)

      case ${1:-submit} in
      submit)
        mkdir -p "$out-shards"
        script=$(realpath "$0")
        tasks=$(sbatch --parsable \(tasks.joined(separator: " ")) \\
          --array=1-$shards --output="$out-shards/%a.log" --open-mode=append "$script" shard)
        whole=$(sbatch --parsable \(settings.joined(separator: " ")) --time=1:00:00 \\
          --dependency=afterok:${tasks%%;*} --output="$out-shards/merge.log" "$script" merge)
        echo "tasks ${tasks%%;*}, then ${whole%%;*} joins them in $out; logs in $out-shards"
        ;;
      shard)
        exec "$glean" study run "$study" --quiet --threads "${SLURM_CPUS_PER_TASK:-\(cpus)}" \\
          --shard "$SLURM_ARRAY_TASK_ID/$shards" --out "$out-shards/$SLURM_ARRAY_TASK_ID"
        ;;
      merge)
        sources=()
        for ((shard = 1; shard <= shards; shard++)); do sources+=("$out-shards/$shard"); done
        "$glean" study merge "$out" "${sources[@]}"
        "$glean" report "$out"
        ;;
      esac

      """
  }
}
