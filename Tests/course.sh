#!/usr/bin/env bash
# Makes a course of four students, for `book grade` to be tried on: Tests/course.sh FOLDER
#
#   all     handed in every chapter's solutions
#   none    handed in every chapter's holes, as they were given
#   known   the solutions of chapter 04, but with z and 1 − z exchanged in `state`
#   broken  the solutions of chapter 04, with a bracket too many
set -euo pipefail
course=${1:?the folder to make}
cd "$(dirname "$0")/.."

# FOLDER STUDENT: the solutions of a chapter under the name that the student's file has.
hand_in() {
  mkdir -p "$course/$2/$1"
  sed 's/^enum Solutions {/enum Exercises {/' "chapters/$1/exercises/Solutions.swift" >"$course/$2/$1/Exercises.swift"
}

for folder in chapters/*/; do
  chapter=$(basename "$folder")
  holes=chapters/$chapter/exercises/Exercises.holes
  hand_in "$chapter" all
  mkdir -p "$course/none/$chapter"
  cp "$holes" "$course/none/$chapter/Exercises.swift"
done

hand_in 04-gru known
hand_in 04-gru broken
file=$course/known/04-gru/Exercises.swift
sed 's/(1 - z) \.\* g + z \.\* h$/z .* g + (1 - z) .* h/' "$course/all/04-gru/Exercises.swift" >"$file"
! cmp -s "$file" "$course/all/04-gru/Exercises.swift" || { echo "the solution of gru's state is written otherwise now" >&2; exit 1; }
echo ")" >>"$course/broken/04-gru/Exercises.swift"
