// The files that students handed in: where they are searched, and which chapter each belongs to.

import Foundation
import Notebook

/// A student's file for one chapter.
struct Submission: Sendable {
  let student: String
  let chapter: ExerciseChapter
  /// nil if the student handed in nothing for this chapter.
  let path: String?
}

/// Finds the students' files in a folder DIR, with remarks on what is left out.
///
/// Accepted paths, in order:
/// - DIR/STUDENT/chapters/NN-name/Exercises.swift
/// - DIR/STUDENT/NN-name/Exercises.swift
/// - DIR/STUDENT/Exercises.swift; its exercises tell which chapter it belongs to
///
/// If none of them exists and DIR/STUDENT contains one folder, as an unpacked archive does, the same paths are tried
/// there. Chapters that no student handed in are not graded. Symbolic links are not followed.
func findSubmissions(in folder: String, chapters: [ExerciseChapter]) throws -> (
  submissions: [Submission], remarks: [Text]
) {
  var remarks: [Text] = []
  let students = try findStudents(in: folder, chapters: chapters, &remarks)
  // Students are told apart by index, because two names may be equal as text.
  var found: [(student: Int, chapter: ExerciseChapter, path: String)] = []
  for (number, student) in students.enumerated() {
    let own = "\(folder)/\(student)"
    var files = handedIn(in: own, chapters, &remarks)
    let below = entries(of: own).names.filter { isRealFolder("\(own)/\($0)") }
    if files.isEmpty, below.count == 1 { files = handedIn(in: "\(own)/\(below[0])", chapters, &remarks) }
    if files.isEmpty { remarks.append(Text("\(own): nothing handed in", ko: "\(own): 낸 것이 없다")) }
    found += files.map { (number, $0.chapter, $0.path) }
  }
  let graded = chapters.filter { chapter in found.contains { $0.chapter.name == chapter.name } }
  let submissions = students.indices.flatMap { student in
    graded.map { chapter in
      Submission(
        student: students[student], chapter: chapter,
        path: found.first { $0.student == student && $0.chapter.name == chapter.name }?.path)
    }
  }
  return (submissions, remarks)
}

/// The names of the students' folders in a folder, sorted; links and names that are not UTF-8 are left out with a remark.
/// Throws `BadInput` if there is none, and if the folder contains chapters, so that it is probably a student's own.
private func findStudents(
  in folder: String, chapters: [ExerciseChapter], _ remarks: inout [Text]
) throws -> [String] {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
    throw BadInput("\(folder) is not a folder")
  }
  let (names, unreadable) = entries(of: folder)
  if unreadable > 0 {
    remarks.append(
      Text(
        "\(folder): \(unreadable) left out, as their names are not UTF-8: rename them",
        ko: "\(folder): 이름이 UTF-8이 아니어서 빠진 것이 \(unreadable)개다. 이름을 바꾸어야 한다"))
  }
  for name in names where isLink("\(folder)/\(name)") {
    remarks.append(Text("\(folder)/\(name): not read, it is a link", ko: "\(folder)/\(name): 링크라서 읽지 않았다"))
  }
  let students = names.filter { isRealFolder("\(folder)/\($0)") }
  if students.isEmpty { throw BadInput("\(folder) holds no students' folders") }
  if let chapter = chapters.first(where: { students.contains($0.folder) }) {
    throw BadInput(
      "\(folder) holds a chapter (\(chapter.folder)) where students are expected: give the folder above it")
  }
  for (student, next) in zip(students, students.dropFirst()) where student == next {
    // The names are equal as Unicode text and differ in their bytes: macOS decomposes letters, other systems do not.
    remarks.append(
      Text(
        "\(folder)/\(student): two folders have this name, spelt differently",
        ko: "\(folder)/\(student): 이름이 같아 보이는 폴더가 둘이다(글자의 부호만 다르다)"))
  }
  return students
}

/// The files of one student's folder, at most one for each chapter.
private func handedIn(
  in place: String, _ chapters: [ExerciseChapter], _ remarks: inout [Text]
) -> [(chapter: ExerciseChapter, path: String)] {
  var files: [(chapter: ExerciseChapter, path: String)] = []
  for chapter in chapters {
    let there = ["\(place)/chapters/\(chapter.folder)", "\(place)/\(chapter.folder)"]
      .filter { isRealFolder($0) && isRealFolder(($0 as NSString).deletingLastPathComponent) }
      .map { "\($0)/\(ExerciseFiles.student)" }.filter(isRealFile)
    if let path = there.first { files.append((chapter, path)) }
    if there.count > 1 {
      remarks.append(
        Text("\(there[1]): not read, as \(there[0]) is there", ko: "\(there[1]): \(there[0])이 있어서 읽지 않았다"))
    }
  }
  let flat = "\(place)/\(ExerciseFiles.student)"
  guard isRealFile(flat) else { return files }
  switch chapterOfFlatFile(flat, chapters) {
  case .unread(let why): remarks.append(why)
  case .chapter(let chapter) where files.contains { $0.chapter.name == chapter.name }:
    remarks.append(
      Text(
        "\(flat): not read, as \(chapter.folder) is there already",
        ko: "\(flat): \(chapter.folder)이 이미 있어서 읽지 않았다"))
  case .chapter(let chapter): files.append((chapter, flat))
  }
  return files
}

/// The chapter that a file belongs to, or why it cannot be read.
private enum FlatFile {
  case chapter(ExerciseChapter)
  case unread(Text)
}

/// The chapter that has the most of the file's exercises. One shared name is not enough: several chapters have an exercise
/// called `parameters`.
private func chapterOfFlatFile(_ path: String, _ chapters: [ExerciseChapter]) -> FlatFile {
  let text: String
  do {
    text = try readSubmission(path)
  } catch {
    return .unread(Text("not read: \(error)", ko: "읽지 않았다: \(error)"))
  }
  let marks = Set(exerciseNames(in: text))
  let scores = chapters.map { chapter in chapter.exercises.count { marks.contains($0) } }
  let best = scores.max() ?? 0
  let candidates = chapters.indices.filter { scores[$0] == best }
  guard best > 0, candidates.count == 1 else {
    return .unread(
      Text(
        "\(path): not read: its marks do not tell which chapter it belongs to",
        ko: "\(path): 표지만으로는 어느 장의 것인지 알 수 없어서 읽지 않았다"))
  }
  return .chapter(chapters[candidates[0]])
}

/// The text of a submission. Throws `BadInput` if the file is larger than 1 MB, without reading it, or is not UTF-8.
func readSubmission(_ path: String) throws -> String {
  let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
  if size > 1 << 20 { throw BadInput("\(path) is larger than 1 MB") }
  return try readText(path)
}

/// The sorted names in a folder, without hidden ones, and the number of names that are not UTF-8.
private func entries(of folder: String) -> (names: [String], unreadable: Int) {
  guard let stream = opendir(folder) else { return ([], 0) }
  defer { closedir(stream) }
  var (names, unreadable): ([String], Int) = ([], 0)
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if let name { names.append(name) } else { unreadable += 1 }
  }
  return (names.filter { !$0.hasPrefix(".") }.sorted(), unreadable)
}

private func isLink(_ path: String) -> Bool { kind(of: path) == .typeSymbolicLink }

/// Whether the path is a regular file and not a link to one.
private func isRealFile(_ path: String) -> Bool { kind(of: path) == .typeRegular }

/// Whether the path is a folder and not a link to one.
func isRealFolder(_ path: String) -> Bool { kind(of: path) == .typeDirectory }

/// The type of the file itself, even if it is a link.
private func kind(of path: String) -> FileAttributeType? {
  (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
}
