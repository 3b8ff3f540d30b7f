SELECT DISTINCT site, day FROM commits
